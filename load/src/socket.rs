//! The client side of a WebSocket, with buffers small enough for thousands.

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::{HeaderValue, ORIGIN};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::stream::{Duplex, Place};

const BUFFER: usize = 4 * 1024;

/// A connected socket that carries text.
pub(crate) struct Socket(WebSocketStream<Box<dyn Duplex>>);

impl Socket {
    /// Connects to a `ws://` or `wss://` URL, with the matching origin.
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        let place = Place::of(url)?;
        let stream = place.connect().await?;
        let mut request = url.into_client_request().context("not an address")?;
        let origin = HeaderValue::try_from(place.origin()).context("not a host")?;
        request.headers_mut().insert(ORIGIN, origin);
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER)
            .write_buffer_size(0)
            .max_write_buffer_size(1024 * 1024);
        let (socket, _) =
            tokio_tungstenite::client_async_with_config(request, stream, Some(config))
                .await
                .context("the server refused the socket")?;
        Ok(Self(socket))
    }

    /// Sends one text message.
    pub(crate) async fn send(&mut self, text: impl Into<String>) -> Result<()> {
        self.0
            .send(Message::text(text.into()))
            .await
            .context("the socket broke")
    }

    /// The next text message. The library answers pings.
    pub(crate) async fn receive(&mut self) -> Result<String> {
        loop {
            let message = self.0.next().await.context("the socket ended")?;
            match message.context("the socket broke")? {
                Message::Text(text) => return Ok(text.as_str().to_owned()),
                Message::Close(reason) => bail!("the server closed the socket: {reason:?}"),
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }
}
