//! Opens the public address as a browser would, and sees who answers with which certificate.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use parley_protocol::Millis;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error};

use super::{PATIENCE, certificate};
use crate::config::Origin;
use crate::diagnosis::held_back::is_held_back;
use crate::doctor::facts::{Fault, Told, Web};
use crate::oidc::HttpClient;

/// The liveness probe answers with three bytes.
const MAX_ANSWER: usize = 64;

pub(super) async fn look(told: &Told, addresses: &[SocketAddr]) -> Web {
    let Some(origin) = told.origin.as_ref().filter(|it| !it.is_loopback()) else {
        return Web::NotTried;
    };
    let Some(address) = addresses.first() else {
        return Web::NotTried;
    };
    match timeout(PATIENCE, open(origin, *address)).await {
        Ok(found) => found,
        Err(_) => Web::Closed,
    }
}

async fn open(origin: &Origin, address: SocketAddr) -> Web {
    let found = first_look(origin, address).await;
    let Web::Answers { expires_at, .. } = found else {
        return found;
    };
    Web::Answers {
        expires_at,
        held_back: second_look(origin, address).await.unwrap_or_default(),
    }
}

/// Whether something in front keeps answers back. `None`: it cannot be told.
async fn second_look(origin: &Origin, address: SocketAddr) -> Option<bool> {
    let stream = TcpStream::connect(address).await.ok()?;
    if !origin.is_https() {
        return is_held_back(stream, origin.host()).await;
    }
    let (config, name) = tls(origin)?;
    let stream = TlsConnector::from(config)
        .connect(name, stream)
        .await
        .ok()?;
    is_held_back(stream, origin.host()).await
}

fn tls(origin: &Origin) -> Option<(Arc<ClientConfig>, ServerName<'static>)> {
    let host = origin.host().trim_matches(['[', ']']).to_owned();
    Some((HttpClient::tls()?, ServerName::try_from(host).ok()?))
}

async fn first_look(origin: &Origin, address: SocketAddr) -> Web {
    let Ok(stream) = TcpStream::connect(address).await else {
        return Web::Closed;
    };
    if !origin.is_https() {
        return asked(stream, origin, None).await;
    }
    let Some((config, name)) = tls(origin) else {
        return Web::NotTried;
    };
    match TlsConnector::from(config).connect(name, stream).await {
        Ok(stream) => {
            let (_, session) = stream.get_ref();
            let own = session.peer_certificates().and_then(|chain| chain.first());
            let expires_at = own.and_then(|own| certificate::not_after(own));
            asked(stream, origin, expires_at).await
        }
        Err(error) => Web::Certificate(fault(&error)),
    }
}

/// Whether it is this program that answers.
async fn asked(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    origin: &Origin,
    expires_at: Option<Millis>,
) -> Web {
    let Ok((mut sender, connection)) = http1::handshake(TokioIo::new(stream)).await else {
        return Web::NotParley;
    };
    let connection = tokio::spawn(connection);
    let request = hyper::Request::get("/healthz")
        .header(HOST, origin.host())
        .body(Empty::<Bytes>::new());
    let Ok(request) = request else {
        return Web::NotParley;
    };
    let body = match sender.send_request(request).await {
        Ok(response) if response.status().is_success() => {
            Limited::new(response.into_body(), MAX_ANSWER)
                .collect()
                .await
        }
        Ok(_) | Err(_) => return Web::NotParley,
    };
    connection.abort();
    match body.map(http_body_util::Collected::to_bytes) {
        Ok(bytes) if *bytes == *b"ok\n" => Web::Answers {
            expires_at,
            held_back: false,
        },
        Ok(_) | Err(_) => Web::NotParley,
    }
}

/// What the TLS library says, in the words that matter.
fn fault(error: &std::io::Error) -> Fault {
    let tls = error
        .get_ref()
        .and_then(|error| error.downcast_ref::<Error>());
    let Some(Error::InvalidCertificate(fault)) = tls else {
        return Fault::NoTls;
    };
    if matches!(
        fault,
        CertificateError::Expired | CertificateError::ExpiredContext { .. }
    ) {
        Fault::Expired
    } else if matches!(
        fault,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }
    ) {
        Fault::NotYetValid
    } else if matches!(
        fault,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
    ) {
        Fault::OtherName
    } else {
        Fault::UnknownIssuer
    }
}
