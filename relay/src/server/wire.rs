//! The two halves of a WebSocket (RFC 6455) on the server's side, without a buffer or a copy per connection.

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::time::timeout;

use crate::incoming::{Broken, Incoming, Message};
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
            let rest = poll_fn(|context| Poll::Ready(self.at_once(part, context))).await?;
            if let Some(rest) = rest {
                // Boxed, to keep the future of an idle task small.
                Box::pin(self.in_time(rest)).await?;
            }
        }
        Ok(())
    }

    /// Writes what the socket takes without waiting, as nearly always. Gives what is left; `None` if all of it is sent.
    fn at_once<'a>(
        &mut self,
        part: &'a [u8],
        context: &mut Context<'_>,
    ) -> io::Result<Option<&'a [u8]>> {
        let mut rest = part;
        while !rest.is_empty() {
            match Pin::new(&mut self.0).poll_write(context, rest)? {
                Poll::Ready(0) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(written) => rest = rest.get(written..).unwrap_or_default(),
                Poll::Pending => return Ok(Some(rest)),
            }
        }
        // TLS may keep a record back until it is told to send it.
        let flushed = Pin::new(&mut self.0).poll_flush(context)?;
        Ok(flushed.is_pending().then_some(rest))
    }

    async fn in_time(&mut self, rest: &[u8]) -> io::Result<()> {
        timeout(PART_TIMEOUT, self.0.write_all(rest)).await??;
        timeout(PART_TIMEOUT, self.0.flush()).await?
    }
}

/// Bytes that an unauthenticated peer may send in all, hello included: a token and the positions of every channel
/// that a community can have. More would let a crowd that never says hello hold the relay's memory.
const STRANGER_BYTES: usize = 48 * 1024;

/// Bytes that are read at once.
const READ: usize = 8 * 1024;

/// The reading half of a socket.
pub(crate) struct Reading<R> {
    stream: R,
    stranger: Option<Stranger>,
    incoming: Incoming,
    bell: Arc<Bell>,
    waker: Waker,
}

/// Why nothing more is read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error(transparent)]
    Stream(#[from] io::Error),
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl<R: AsyncRead + Unpin> Reading<R> {
    /// `read` is what arrived together with the upgrade request; `held` is charged with everything before the
    /// hello.
    pub(crate) fn new(stream: R, read: &[u8], held: Reservation) -> Self {
        let mut incoming = Incoming::default();
        incoming.add(read);
        let bell = Arc::new(Bell {
            rung: AtomicBool::new(true),
            task: AtomicWaker::new(),
        });
        Self {
            stream,
            stranger: Some(Stranger {
                left: STRANGER_BYTES.saturating_sub(read.len()),
                held,
            }),
            incoming,
            waker: Waker::from(Arc::clone(&bell)),
            bell,
        }
    }

    /// The next message; `None` at the end. The stream is polled only after its own waker fired: a task that wakes to
    /// write has no reason to read.
    pub(crate) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<Message>, ReadError>> {
        self.bell.task.register(context.waker());
        if !self.bell.rung.swap(false, Ordering::AcqRel) {
            return Poll::Pending;
        }
        let polled = self.poll_message();
        if polled.is_ready() {
            self.bell.rung.store(true, Ordering::Release);
        }
        polled
    }

    fn poll_message(&mut self) -> Poll<Result<Option<Message>, ReadError>> {
        loop {
            if let Some(message) = self.incoming.next()? {
                return Poll::Ready(Ok(Some(message)));
            }
            let mut space = [MaybeUninit::uninit(); READ];
            let mut buffer = ReadBuf::uninit(&mut space);
            let mut own = Context::from_waker(&self.waker);
            ready!(Pin::new(&mut self.stream).poll_read(&mut own, &mut buffer))?;
            let read = buffer.filled();
            if read.is_empty() {
                return Poll::Ready(Ok(None));
            }
            if let Some(stranger) = &mut self.stranger {
                stranger.sent(read.len())?;
            }
            self.incoming.add(read);
        }
    }

    /// The peer is authenticated: its input is no longer limited.
    pub(crate) fn trust(&mut self) {
        self.stranger = None;
    }

    /// The underlying stream, once no more messages are expected.
    pub(crate) fn stream(&mut self) -> &mut R {
        &mut self.stream
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

/// What an unauthenticated peer may still send.
struct Stranger {
    left: usize,
    held: Reservation,
}

impl Stranger {
    fn sent(&mut self, bytes: usize) -> Result<(), Broken> {
        self.left = self.left.checked_sub(bytes).ok_or(Broken::TooLarge)?;
        self.held.grow(bytes).map_err(|_| Broken::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;
    use tokio_tungstenite::WebSocketStream;
    use tungstenite::protocol::Role;

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
