//! The bytes of a WebSocket (RFC 6455) from our side: frames are written without a buffer or a copy for
//! each connection; what comes in is read by the library, whose own writing leads nowhere.

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

use crate::held::HeldBytes;
use crate::outgoing::{Kind, wire_frame};

/// Several small frames leave in one write of up to so many bytes.
const TOGETHER: usize = 16 * 1024;

/// So many bytes must be taken within this time: a line of 3 KB a second keeps its connection, whatever waits for
/// it, and whoever reads nothing is let go.
const PART: usize = 64 * 1024;
const PART_TIMEOUT: Duration = Duration::from_secs(20);

/// Writes frames.
pub(crate) struct Writing<W>(pub(crate) W);

impl<W: AsyncWrite + Unpin> Writing<W> {
    /// Writes frames that are ready to be sent.
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

    /// Writes a frame of the socket itself.
    pub(crate) async fn control(&mut self, kind: Kind, payload: &[u8]) -> io::Result<()> {
        self.all(&wire_frame(kind, payload)).await
    }

    async fn all(&mut self, bytes: &[u8]) -> io::Result<()> {
        for part in bytes.chunks(PART) {
            timeout(PART_TIMEOUT, self.0.write_all(part)).await??;
        }
        Ok(())
    }
}

/// What a stranger may send in all, up to and including the hello: a token and the positions of every channel
/// that a community can have. More, and a crowd that never says hello holds the relay's memory.
const STRANGER_BYTES: usize = 48 * 1024;

/// Reads messages.
pub(crate) struct Reading<R> {
    socket: WebSocketStream<OneWay<R>>,
    bell: Arc<Bell>,
    waker: Waker,
}

impl<R: AsyncRead + Unpin> Reading<R> {
    /// `read` is what came with the request that opened the socket, `held` counts what comes before it is trusted.
    pub(crate) async fn new(
        stream: R,
        read: Vec<u8>,
        held: HeldBytes,
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

    /// The next message. The stream is only looked at after it has rung: a task that wakes because there
    /// is something to write has no reason to.
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

    /// The other end said who it is: it may send as much as it likes.
    pub(crate) fn trust(&mut self) {
        self.socket.get_mut().stranger = None;
    }

    /// The stream itself, when there are no more messages in it.
    pub(crate) fn stream(&mut self) -> &mut R {
        &mut self.socket.get_mut().stream
    }
}

/// Remembers that the stream has something to say, and wakes the task.
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

/// A stream that can only be read, and of a stranger only so much. The library answers pings and closes by
/// itself; those answers are dropped, because the task writes its own between two frames.
struct OneWay<R> {
    stream: R,
    stranger: Option<Stranger>,
}

/// What somebody who has not said hello may still send.
struct Stranger {
    left: usize,
    held: HeldBytes,
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
