//! The HTTP client for identity providers: one request per connection, TLS with the system's root certificates, no
//! redirects, a bounded answer in bounded time. A redirect would let a provider send the relay's secret elsewhere.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{CONNECTION, HOST};
use axum::http::{HeaderValue, Uri};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use crate::config::is_loopback;

/// For the whole exchange. Longer keeps people waiting for a provider that is down.
const PATIENCE: Duration = Duration::from_secs(10);
/// Discovery documents and key sets have some KiB.
const MAX_ANSWER: usize = 512 * 1024;

/// Why a provider gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("`{0}` is not an http or https URL")]
    Url(String),
    #[error("cannot connect: {0}")]
    Connect(std::io::Error),
    #[error("no root certificates: {0}")]
    Roots(String),
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    #[error("HTTP: {0}")]
    Http(#[from] hyper::Error),
    #[error("the answer cannot be read: {0}")]
    Answer(Box<dyn std::error::Error + Send + Sync>),
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    Timeout,
}

/// Asks one identity provider: by HTTPS only, or one on this machine by HTTP only.
#[derive(Clone)]
pub(crate) enum HttpClient {
    Tls(Arc<ClientConfig>),
    Loopback,
}

impl HttpClient {
    /// A client for HTTPS.
    ///
    /// # Errors
    /// [`HttpError`] if there are none.
    pub(crate) fn with_system_roots() -> Result<Self, HttpError> {
        Ok(Self::Tls(system_tls()?))
    }

    /// What TLS needs to connect as [`HttpClient::with_system_roots`] does.
    pub(crate) fn tls() -> Option<Arc<ClientConfig>> {
        match Self::with_system_roots() {
            Ok(Self::Tls(config)) => Some(config),
            Ok(Self::Loopback) | Err(_) => None,
        }
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let uri = request.uri();
        let wrong = || HttpError::Url(uri.to_string());
        let host = uri.host().ok_or_else(wrong)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        match (self, uri.scheme_str()) {
            (Self::Tls(config), Some("https")) => {
                let name = ServerName::try_from(host.to_owned()).map_err(|_| wrong())?;
                let stream = connect(host, uri.port_u16().unwrap_or(443)).await?;
                let stream = TlsConnector::from(Arc::clone(config)).connect(name, stream);
                send(stream.await.map_err(HttpError::Connect)?, request).await
            }
            (Self::Loopback, Some("http")) if is_loopback(host) => {
                let stream = connect(host, uri.port_u16().unwrap_or(80)).await?;
                send(stream, request).await
            }
            (Self::Tls(_) | Self::Loopback, _) => Err(wrong()),
        }
    }
}

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = tokio::time::timeout(PATIENCE, self.exchange(request));
            answer.await.map_err(|_| HttpError::Timeout)?
        })
    }
}

/// TLS to servers elsewhere, with the root certificates that the system trusts: a company's own is often among them.
///
/// # Errors
/// [`HttpError`] if there are none.
pub(crate) fn system_tls() -> Result<Arc<ClientConfig>, HttpError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        let errors = found.errors.iter().map(ToString::to_string);
        return Err(HttpError::Roots(errors.collect::<Vec<_>>().join("; ")));
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

async fn connect(host: &str, port: u16) -> Result<TcpStream, HttpError> {
    let stream = TcpStream::connect((host, port)).await;
    stream.map_err(HttpError::Connect)
}

async fn send(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let answer = async {
        let response = sender.send_request(to_origin_form(request)?).await?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await;
        let body = body.map_err(HttpError::Answer)?.to_bytes().to_vec();
        Ok(HttpResponse::from_parts(parts, body))
    };
    // Both are dropped together, so that no connection outlives the request.
    tokio::pin!(connection);
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        ended = &mut connection => {
            ended?;
            answer.await
        }
    }
}

/// The request as it is sent to a server that is no proxy (RFC 9112 section 3.2.1).
fn to_origin_form(request: HttpRequest) -> Result<hyper::Request<Full<Bytes>>, HttpError> {
    let (mut parts, body) = request.into_parts();
    let wrong = || HttpError::Url(parts.uri.to_string());
    let authority = parts.uri.authority().ok_or_else(wrong)?;
    let host = HeaderValue::from_str(authority.as_str()).map_err(|_| wrong())?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let uri: Uri = path.parse().map_err(|_| wrong())?;
    parts.uri = uri;
    parts.headers.insert(HOST, host);
    parts
        .headers
        .insert(CONNECTION, HeaderValue::from_static("close"));
    Ok(hyper::Request::from_parts(
        parts,
        Full::new(Bytes::from(body)),
    ))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    fn get(url: &str) -> HttpRequest {
        axum::http::Request::get(url).body(Vec::new()).unwrap()
    }

    /// A server that answers once, and what it was asked.
    async fn serve(answer: Vec<u8>) -> (u16, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            let length = stream.read(&mut asked).await.unwrap();
            stream.write_all(&answer).await.unwrap();
            String::from_utf8_lossy(asked.get(..length).unwrap()).into_owned()
        });
        (port, asked)
    }

    #[tokio::test]
    async fn it_asks_as_an_origin_server_expects_and_follows_nobody() {
        let answer =
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 2\r\n\r\nhi";
        let (port, asked) = serve(answer.to_vec()).await;
        let url = format!("http://127.0.0.1:{port}/path?query");
        let answer = HttpClient::Loopback.call(get(&url)).await.unwrap();
        assert_eq!(answer.status(), 302);
        assert_eq!(answer.body(), b"hi");
        let asked = asked.await.unwrap();
        assert!(asked.starts_with("GET /path?query HTTP/1.1\r\n"), "{asked}");
        assert!(
            asked.contains(&format!("host: 127.0.0.1:{port}")),
            "{asked}"
        );
    }

    #[tokio::test]
    async fn an_endless_answer_is_not_kept() {
        let mut answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        answer.resize(MAX_ANSWER + 1000, b'x');
        let (port, _asked) = serve(answer).await;
        let url = format!("http://127.0.0.1:{port}/");
        let error = HttpClient::Loopback.call(get(&url)).await.unwrap_err();
        assert!(matches!(error, HttpError::Answer(_)), "{error}");
    }

    #[tokio::test]
    async fn plain_http_goes_nowhere_but_to_this_machine() {
        for url in [
            "http://192.0.2.1/",
            "https://localhost/",
            "http://localhost.evil.example/",
            "ftp://localhost/",
        ] {
            let error = HttpClient::Loopback.call(get(url)).await.unwrap_err();
            assert!(matches!(error, HttpError::Url(_)), "{url}: {error}");
        }
    }
}
