//! One connection to the server of a bucket, kept between requests. No redirects, which would carry signatures
//! elsewhere; bounded answers in bounded time.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::HOST;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::oidc::system_tls;

const CONNECT: Duration = Duration::from_secs(15);
/// For one object of some MiB on a slow line.
const PATIENCE: Duration = Duration::from_mins(5);

pub(super) struct Wire {
    host: String,
    port: u16,
    tls: Option<Arc<ClientConfig>>,
    idle: Mutex<Option<SendRequest<Full<Bytes>>>>,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
    /// Whether the body was longer than was asked for.
    pub(super) is_cut: bool,
}

impl Wire {
    pub(super) fn to(url: &str) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|_| "its address cannot be read")?;
        let host = uri.host().ok_or("its address has no host")?;
        let is_tls = uri.scheme_str() == Some("https");
        let tls = is_tls.then(system_tls).transpose();
        Ok(Self {
            host: host
                .trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned(),
            port: uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 }),
            tls: tls.map_err(|error| error.to_string())?,
            idle: Mutex::new(None),
        })
    }

    pub(super) fn host(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    pub(super) async fn exchange(
        &self,
        method: Method,
        url: &str,
        body: Bytes,
        at_most: usize,
    ) -> Result<Answer, String> {
        let answer = tokio::time::timeout(PATIENCE, self.send(method, url, body, at_most));
        let patience = PATIENCE.as_secs();
        answer
            .await
            .map_err(|_| format!("no answer within {patience} seconds"))?
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        body: Bytes,
        at_most: usize,
    ) -> Result<Answer, String> {
        let request = request(method, url, body)?;
        let mut idle = self.idle.lock().await;
        let mut sender = match idle.take().filter(|sender| !sender.is_closed()) {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        sender.ready().await.map_err(|error| said(&error))?;
        let response = sender.send_request(request).await;
        let response = response.map_err(|error| said(&error))?;
        let (parts, mut body) = response.into_parts();
        let mut all = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| said(&error))?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            if all.len().saturating_add(data.len()) > at_most {
                // The connection is not used again: the rest of the body is still in it.
                return Ok(Answer {
                    status: parts.status,
                    body: all.freeze(),
                    is_cut: true,
                });
            }
            all.extend_from_slice(&data);
        }
        *idle = Some(sender);
        Ok(Answer {
            status: parts.status,
            body: all.freeze(),
            is_cut: false,
        })
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, String> {
        let connecting = TcpStream::connect((self.host.as_str(), self.port));
        let stream = tokio::time::timeout(CONNECT, connecting).await;
        let stream = stream.map_err(|_| "no connection within 15 seconds".to_owned())?;
        let stream = stream.map_err(|error| error.to_string())?;
        let Some(tls) = &self.tls else {
            return open(stream).await;
        };
        let name = ServerName::try_from(self.host.clone()).map_err(|error| error.to_string())?;
        let stream = TlsConnector::from(Arc::clone(tls)).connect(name, stream);
        open(stream.await.map_err(|error| format!("TLS: {error}"))?).await
    }
}

async fn open(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> Result<SendRequest<Full<Bytes>>, String> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| said(&error))?;
    // Ends when the sender is dropped, or the server closes.
    tokio::spawn(connection);
    Ok(sender)
}

/// The request as a server that is no proxy expects it (RFC 9112 section 3.2.1).
fn request(method: Method, url: &str, body: Bytes) -> Result<hyper::Request<Full<Bytes>>, String> {
    let wrong = || "its address cannot be used".to_owned();
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let authority = uri.authority().ok_or_else(wrong)?;
    let host = HeaderValue::from_str(authority.as_str()).map_err(|_| wrong())?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    hyper::Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, host)
        .body(Full::new(body))
        .map_err(|_| wrong())
}

/// What hyper says, and what is behind it.
fn said(error: &hyper::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
