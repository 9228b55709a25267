//! The bytes of a WebSocket (RFC 6455) from our side: frames are written here, without a buffer or a copy
//! for each connection; what comes in is read by the library, whose own writing leads nowhere.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

/// Final frames of one message each (RFC 6455 section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text = 0x81,
    Close = 0x88,
    Ping = 0x89,
    Pong = 0x8A,
}

/// Several small frames leave in one write of up to so many bytes.
const TOGETHER: usize = 16 * 1024;

/// Writes frames.
pub(crate) struct Writing<W>(pub(crate) W);

impl<W: AsyncWrite + Unpin> Writing<W> {
    /// Writes texts, each as a message of its own.
    pub(crate) async fn texts(&mut self, texts: &[Bytes]) -> io::Result<()> {
        if let [text] = texts {
            return self.frame(Kind::Text, text).await;
        }
        let mut together = Vec::new();
        for text in texts {
            if together.len() + text.len() > TOGETHER && !together.is_empty() {
                self.0.write_all(&together).await?;
                together.clear();
            }
            if text.len() > TOGETHER {
                self.frame(Kind::Text, text).await?;
            } else {
                together.extend_from_slice(Header::new(Kind::Text, text.len()).bytes());
                together.extend_from_slice(text);
            }
        }
        self.0.write_all(&together).await
    }

    pub(crate) async fn frame(&mut self, kind: Kind, payload: &[u8]) -> io::Result<()> {
        let header = Header::new(kind, payload.len());
        let (mut head, mut body) = (header.bytes(), payload);
        while !head.is_empty() || !body.is_empty() {
            let parts = [IoSlice::new(head), IoSlice::new(body)];
            let written = self.0.write_vectored(&parts).await?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            let of_head = written.min(head.len());
            head = head.get(of_head..).unwrap_or_default();
            body = body.get(written - of_head..).unwrap_or_default();
        }
        Ok(())
    }
}

/// What stands before the payload. A server does not mask.
struct Header {
    bytes: [u8; 10],
    length: usize,
}

impl Header {
    fn new(kind: Kind, payload: usize) -> Self {
        let mut bytes = [0; 10];
        let [first, second, rest @ ..] = &mut bytes;
        *first = kind as u8;
        let length = if let Ok(short) = u8::try_from(payload)
            && short < 126
        {
            *second = short;
            2
        } else if let Ok(medium) = u16::try_from(payload) {
            *second = 126;
            let [a, b, ..] = rest;
            [*a, *b] = medium.to_be_bytes();
            4
        } else {
            *second = 127;
            *rest = (payload as u64).to_be_bytes();
            10
        };
        Self { bytes, length }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// Reads messages.
pub(crate) struct Reading<R> {
    socket: WebSocketStream<OneWay<R>>,
    bell: Arc<Bell>,
    waker: Waker,
}

impl<R: AsyncRead + Unpin> Reading<R> {
    /// `read` is what came with the request that opened the socket.
    pub(crate) async fn new(stream: R, read: Vec<u8>, config: WebSocketConfig) -> Self {
        let stream = OneWay(stream);
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

    /// The stream itself, when there are no more messages in it.
    pub(crate) fn stream(&mut self) -> &mut R {
        &mut self.socket.get_mut().0
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

/// A stream that can only be read. The library answers pings and closes by itself; those answers are
/// dropped, because the task writes its own between two frames.
struct OneWay<R>(R);

impl<R: AsyncRead + Unpin> AsyncRead for OneWay<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
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

    /// Figures from RFC 6455 section 5.7 and the rules of section 5.2.
    #[test]
    fn lengths_are_written_in_the_shortest_form() {
        for (payload, expected) in [
            (5, vec![0x81, 0x05]),
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (256, vec![0x81, 0x7E, 0x01, 0x00]),
            (65_535, vec![0x81, 126, 0xFF, 0xFF]),
            (65_536, vec![0x81, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            assert_eq!(Header::new(Kind::Text, payload).bytes(), expected);
        }
    }

    #[tokio::test]
    async fn texts_arrive_as_they_were_written() {
        for texts in [
            vec!["one".to_owned()],
            vec!["one".to_owned(), String::new(), "two".repeat(50)],
            vec!["a".repeat(70_000), "b".repeat(9_000), "c".repeat(9_000)],
        ] {
            let (near, far) = tokio::io::duplex(1000);
            let bytes: Vec<Bytes> = texts.iter().cloned().map(Bytes::from).collect();
            let writing = tokio::spawn(async move { Writing(near).texts(&bytes).await });
            let mut client = WebSocketStream::from_raw_socket(far, Role::Client, None).await;
            for text in texts {
                let message = client.next().await.unwrap().unwrap();
                assert_eq!(message.into_text().unwrap().as_str(), text);
            }
            writing.await.unwrap().unwrap();
        }
    }
}
