//! One task for each socket: texts in to the core, frames out of the outbox, pings, and an end in every
//! case. The guard takes the connection out of the core however the task ends.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use parley_protocol::error::ErrorCode;
use parley_protocol::keys::Nonce;
use parley_protocol::limits::MAX_FRAME_BYTES;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};

use crate::core::{ConnectionId, Input};
use crate::gate::Gate;
use crate::http::App;
use crate::outgoing::{Next, Outbox};

/// From the challenge to the hello.
const HELLO_TIMEOUT: Duration = Duration::from_secs(10);
/// A browser answers pings by itself; proxies close what is silent for a minute.
const PING_INTERVAL: Duration = Duration::from_secs(30);
/// Nothing was heard for so long: the other side is gone. A sleeping phone connects again when it wakes.
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);
/// One frame must be taken within this time.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);
/// After the end the other side may take so long to hear of it, and send so much.
const LINGER_TIMEOUT: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 2 * 1024 * 1024;

/// The library's own figure is 128 KiB for each socket, whether it is used or not.
pub(crate) fn socket_config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(2 * 1024)
        .write_buffer_size(8 * 1024)
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES))
}

/// Runs a connection until it ends. `true`: it had logged in.
pub(crate) async fn run<S>(socket: WebSocketStream<S>, app: Arc<App>) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let connection = app.next_connection();
    let outbox = Arc::new(Outbox::default());
    let nonce = Nonce::from_bytes(app.random());
    let mut task = Task {
        gate: Gate::open(connection, Arc::clone(&outbox), nonce),
        _guard: Guard {
            app: Arc::clone(&app),
            connection,
        },
        socket,
        outbox,
        app,
        heard: Instant::now(),
    };
    if let Err(End::Wrong(error)) = task.run().await {
        tracing::debug!(%error, "a connection broke");
    }
    task.gate.has_greeted()
}

struct Task<S> {
    socket: WebSocketStream<S>,
    gate: Gate,
    outbox: Arc<Outbox>,
    app: Arc<App>,
    heard: Instant,
    _guard: Guard,
}

/// Unregisters the connection when its task ends, however it ends.
struct Guard {
    app: Arc<App>,
    connection: ConnectionId,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let connection = self.connection;
        self.app.core.send_soon(Input::Gone { connection });
    }
}

enum End {
    Done,
    Wrong(Error),
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        Self::Wrong(error)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Task<S> {
    async fn run(&mut self) -> Result<(), End> {
        let wake = sleep_until(self.heard + HELLO_TIMEOUT);
        tokio::pin!(wake);
        loop {
            let outbox = &self.outbox;
            tokio::select! {
                biased;
                () = poll_fn(|context| outbox.poll_ready(context)) => self.write().await?,
                message = self.socket.next() => self.read(message).await?,
                () = wake.as_mut() => {
                    self.check_silence().await?;
                    wake.as_mut().reset(Instant::now() + PING_INTERVAL);
                }
            }
        }
    }

    /// Sends everything that waits, in as few writes as the socket allows.
    async fn write(&mut self) -> Result<(), End> {
        loop {
            match self.outbox.pop() {
                Next::Frame(frame) => {
                    let text = Utf8Bytes::try_from(frame.bytes()).unwrap_or_default();
                    let write = self.socket.feed(Message::Text(text));
                    in_time(write).await?;
                }
                Next::Empty { more } => {
                    in_time(self.socket.flush()).await?;
                    if more {
                        let connection = self.gate.connection();
                        self.app.core.send(Input::Emptied { connection }).await;
                    }
                    return Ok(());
                }
                Next::Closed => {
                    in_time(self.socket.close(None)).await?;
                    self.linger().await;
                    return Err(End::Done);
                }
            }
        }
    }

    async fn read(&mut self, message: Option<Result<Message, Error>>) -> Result<(), End> {
        self.heard = Instant::now();
        match message {
            Some(Ok(Message::Text(text))) => {
                let now = self.app.clock.now();
                if let Some(input) = self.gate.handle_text(&text, &self.app.shared, now) {
                    self.app.core.send(input).await;
                }
                Ok(())
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Binary(_) | Message::Frame(_))) => {
                self.gate.close(ErrorCode::Malformed);
                Ok(())
            }
            Some(Ok(Message::Close(_))) | None => Err(End::Done),
            Some(Err(Error::Capacity(_))) => self.end_with(ErrorCode::TooLarge).await,
            Some(Err(Error::Utf8(_))) => self.end_with(ErrorCode::Malformed).await,
            Some(Err(error)) => Err(error.into()),
        }
    }

    /// After a text that the socket itself could not take there is nothing more to read.
    async fn end_with(&mut self, code: ErrorCode) -> Result<(), End> {
        self.gate.close(code);
        self.write().await
    }

    /// What the other side was still sending is thrown away: closing a stream with unread bytes in it would
    /// take the last frame, which says why, away from the reader.
    async fn linger(&mut self) {
        let stream = self.socket.get_mut();
        let drain = async {
            stream.shutdown().await?;
            let mut left = LINGER_BYTES;
            let mut bytes = [0; 1024];
            while left > 0 {
                match stream.read(&mut bytes).await? {
                    0 => break,
                    read => left = left.saturating_sub(read),
                }
            }
            Ok::<_, std::io::Error>(())
        };
        let _ = timeout(LINGER_TIMEOUT, Box::pin(drain)).await;
    }

    async fn check_silence(&mut self) -> Result<(), End> {
        if !self.gate.has_greeted() {
            return self.end_with(ErrorCode::NotAuthenticated).await;
        }
        if self.heard.elapsed() >= IDLE_TIMEOUT {
            return Err(End::Done);
        }
        in_time(self.socket.send(Message::Ping(Bytes::new()))).await
    }
}

async fn in_time(write: impl Future<Output = Result<(), Error>>) -> Result<(), End> {
    match timeout(WRITE_TIMEOUT, write).await {
        Ok(written) => Ok(written?),
        Err(_) => Err(End::Done),
    }
}
