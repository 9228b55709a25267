//! WebSocket framing (RFC 6455) on the server's side. Frames are written without a buffer or a copy per connection;
//! reading is done by the library, whose own writes are discarded.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::memory_budget::Reservation;
use crate::outgoing::{Kind, wire_frame};

/// Small frames are joined into writes of up to this many bytes.
const TOGETHER: usize = 16 * 1024;

/// Each part must be taken within this time: a connection of 3 KB per second survives whatever waits for it, and
/// one that reads nothing is closed.
const PART: usize = 64 * 1024;
const PART_TIMEOUT: Duration = Duration::from_secs(20);

/// The writing half of a socket.
pub(crate) struct Writing<W>(pub(crate) W);

impl<W: AsyncWrite + Unpin> Writing<W> {
    /// Writes encoded frames.
    pub(crate) async fn frames(&mut self, frames: &[Bytes]) -> io::Result<()> {
        if let [frame] = frames {
            return self.all(frame).await;
        }
        let mut together = Vec::new();
        for frame in frames {
            if together.len() + frame.len() > TOGETHER && !together.is_empty() {
                self.all(&together).await?;
                together.clear();
            }
            if frame.len() > TOGETHER {
                self.all(frame).await?;
            } else {
                together.extend_from_slice(frame);
            }
        }
        self.all(&together).await
    }

    /// Writes a control frame.
    pub(crate) async fn control(&mut self, kind: Kind, payload: &[u8]) -> io::Result<()> {
        self.all(&wire_frame(kind, payload)).await
    }

    async fn all(&mut self, bytes: &[u8]) -> io::Result<()> {
        for part in bytes.chunks(PART) {
            timeout(PART_TIMEOUT, self.0.write_all(part)).await??;
            // TLS may keep a record back until it is told to send it.
            timeout(PART_TIMEOUT, self.0.flush()).await??;
        }
        Ok(())
    }
}

/// Bytes that an unauthenticated peer may send in all, hello included: a token and the positions of every channel
/// that a community can have. More would let a crowd that never says hello hold the relay's memory.
const STRANGER_BYTES: usize = 48 * 1024;

/// The reading half of a socket.
pub(crate) struct Reading<R> {
    socket: WebSocketStream<OneWay<R>>,
    bell: Arc<Bell>,
    waker: Waker,
}

impl<R: AsyncRead + Unpin> Reading<R> {
    /// `read` is what arrived together with the upgrade request; `held` is charged with everything before the
    /// hello.
    pub(crate) async fn new(
        stream: R,
        read: Vec<u8>,
        held: Reservation,
        config: WebSocketConfig,
    ) -> Self {
        let stream = OneWay {
            stream,
            stranger: Some(Stranger {
                left: STRANGER_BYTES.saturating_sub(read.len()),
                held,
            }),
        };
        let bell = Arc::new(Bell {
            rung: AtomicBool::new(true),
            task: AtomicWaker::new(),
        });
        Self {
            socket: WebSocketStream::from_partially_read(stream, read, Role::Server, Some(config))
                .await,
            waker: Waker::from(Arc::clone(&bell)),
            bell,
        }
    }

    /// The next message. The stream is polled only after its own waker fired: a task that wakes to write has no
    /// reason to read.
    pub(crate) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Message, Error>>> {
        self.bell.task.register(context.waker());
        if !self.bell.rung.swap(false, Ordering::AcqRel) {
            return Poll::Pending;
        }
        let mut own = Context::from_waker(&self.waker);
        let polled = self.socket.poll_next_unpin(&mut own);
        if polled.is_ready() {
            self.bell.rung.store(true, Ordering::Release);
        }
        polled
    }

    /// The peer is authenticated: its input is no longer limited.
    pub(crate) fn trust(&mut self) {
        self.socket.get_mut().stranger = None;
    }

    /// The underlying stream, once no more messages are expected.
    pub(crate) fn stream(&mut self) -> &mut R {
        &mut self.socket.get_mut().stream
    }
}

/// A waker that remembers whether the stream is ready, and wakes the task.
struct Bell {
    rung: AtomicBool,
    task: AtomicWaker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::Release);
        self.task.wake();
    }
}

/// A stream that can only be read, with a limit while the peer is unauthenticated. The library answers pings and
/// closes by itself; its writes are discarded, because the task writes its own between two frames.
struct OneWay<R> {
    stream: R,
    stranger: Option<Stranger>,
}

/// What an unauthenticated peer may still send.
struct Stranger {
    left: usize,
    held: Reservation,
}

impl Stranger {
    fn sent(&mut self, bytes: usize) -> io::Result<()> {
        let too_much = || io::Error::from(io::ErrorKind::FileTooLarge);
        self.left = self.left.checked_sub(bytes).ok_or_else(too_much)?;
        self.held.grow(bytes).map_err(|_| too_much())
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for OneWay<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let read = buffer.filled().len().saturating_sub(before);
        if let Some(stranger) = &mut self.stranger {
            stranger.sent(read)?;
        }
        polled
    }
}

impl<R: Unpin> AsyncWrite for OneWay<R> {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn texts_arrive_as_they_were_written() {
        for texts in [
            vec!["one".to_owned()],
            vec!["one".to_owned(), String::new(), "two".repeat(50)],
            vec!["a".repeat(70_000), "b".repeat(9_000), "c".repeat(9_000)],
        ] {
            let (near, far) = tokio::io::duplex(1000);
            let frames: Vec<Bytes> = texts
                .iter()
                .map(|text| wire_frame(Kind::Text, text.as_bytes()))
                .collect();
            let writing = tokio::spawn(async move { Writing(near).frames(&frames).await });
            let mut client = WebSocketStream::from_raw_socket(far, Role::Client, None).await;
            for text in texts {
                let message = client.next().await.unwrap().unwrap();
                assert_eq!(message.into_text().unwrap().as_str(), text);
            }
            writing.await.unwrap().unwrap();
        }
    }
}
