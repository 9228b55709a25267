//! Asks the running relay over its local socket: a plain HTTP/1.1 request on a Unix stream.

use std::path::Path;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use parley_protocol::error::ApiError;
use parley_protocol::json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;

use super::socket;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    /// No relay runs on this data folder.
    #[error("no relay is running on this data folder")]
    NotRunning,
    /// The relay said no.
    #[error("the relay refused: {0}")]
    Refused(ApiError),
    /// The connection broke, or what came back makes no sense.
    #[error("the relay's answer cannot be used: {0}")]
    Broken(String),
}

/// `GET` of a path.
pub(crate) async fn get<A: DeserializeOwned>(data: &Path, path: &str) -> Result<A, AskError> {
    let bytes = send(data, Method::GET, path, Bytes::new()).await?;
    json::read(&bytes).map_err(|error| AskError::Broken(error.to_string()))
}

/// `POST` of a body to a path.
pub(crate) async fn post(data: &Path, path: &str, body: &impl Serialize) -> Result<(), AskError> {
    let body = Bytes::from(json::write(body));
    send(data, Method::POST, path, body).await.map(|_| ())
}

async fn send(data: &Path, method: Method, path: &str, body: Bytes) -> Result<Bytes, AskError> {
    let stream = UnixStream::connect(socket::path(data)).await;
    let stream = stream.map_err(|_| AskError::NotRunning)?;
    let broken = |error: hyper::Error| AskError::Broken(error.to_string());
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    let connection = tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, "localhost")
        .body(Full::new(body))
        .map_err(|error| AskError::Broken(error.to_string()))?;
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status();
    let bytes = response.into_body().collect().await.map_err(broken)?;
    connection.abort();
    let bytes = bytes.to_bytes();
    if status.is_success() {
        return Ok(bytes);
    }
    match json::read::<ApiError>(&bytes) {
        Ok(error) => Err(AskError::Refused(error)),
        Err(_) => Err(AskError::Broken(format!("status {status}"))),
    }
}
