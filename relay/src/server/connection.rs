//! One task per socket: frames in to the core, frames out of the outbox, pings, and an end in every case. Its guard
//! removes the connection from the core however the task ends.

use std::future::poll_fn;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use parley_protocol::error::ErrorCode;
use parley_protocol::keys::Nonce;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::connection_slots::CallerSlots;
use crate::core::{ConnectionId, Input};
use crate::gate::Gate;
use crate::incoming::{Broken, Message};
use crate::outgoing::{Kind, Next, Outbox};
use crate::server::backend::Backend;
use crate::server::wire::{ReadError, Reading, Writing};

/// From the challenge to the hello.
const HELLO_TIMEOUT: Duration = Duration::from_secs(10);
/// Proxies close connections that are silent for a minute. Browsers answer pings by themselves.
const PING_INTERVAL: Duration = Duration::from_secs(30);
/// Without a frame for this long the peer is gone. A sleeping phone reconnects when it wakes.
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);
/// Frames taken from the queue at once.
const FRAMES_TOGETHER: usize = 64;
/// After closing, the peer may take this long to notice, and send this much.
const LINGER_TIMEOUT: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 2 * 1024 * 1024;

/// The peer of a socket before its hello.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The address that rate limits use.
    pub(crate) from: IpAddr,
    pub(crate) slots: CallerSlots,
}

/// Runs a connection until it ends. `read` is what arrived together with the upgrade request.
pub(crate) async fn run<R, W>(
    reading: R,
    writing: W,
    read: Vec<u8>,
    caller: &Caller,
    backend: Arc<Backend>,
) where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let connection = backend.next_connection();
    let held = backend.reserve_hello(caller.from);
    let outbox = Arc::new(Outbox::default());
    let nonce = Nonce::from_bytes(backend.random());
    let mut task = Task {
        gate: Gate::open(connection, Arc::clone(&outbox), nonce),
        _guard: Guard {
            backend: Arc::clone(&backend),
            connection,
        },
        reading: Reading::new(reading, &read, held),
        writing: Writing(writing),
        outbox,
        backend,
        caller,
        heard: Instant::now(),
        spoke: Instant::now(),
    };
    if let Err(End::Broken(error)) = task.run().await {
        tracing::debug!(%error, "WebSocket connection lost");
    }
}

struct Task<'a, R, W> {
    reading: Reading<R>,
    writing: Writing<W>,
    gate: Gate,
    outbox: Arc<Outbox>,
    backend: Arc<Backend>,
    caller: &'a Caller,
    heard: Instant,
    /// When something was written last.
    spoke: Instant,
    _guard: Guard,
}

/// Removes the connection from the core when its task ends, however it ends.
struct Guard {
    backend: Arc<Backend>,
    connection: ConnectionId,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let connection = self.connection;
        self.backend.core.send_soon(Input::Gone { connection });
    }
}

enum End {
    Done,
    Broken(io::Error),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

/// Why the task woke.
enum Event {
    /// There is something to write.
    Outbox,
    /// A message was read, or reading is over.
    Read(Result<Option<Message>, ReadError>),
    /// The silence timer expired.
    Silence,
    /// The slot of an unauthenticated connection was evicted.
    Evicted,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Task<'_, R, W> {
    async fn run(&mut self) -> Result<(), End> {
        let silence = sleep_until(self.heard + HELLO_TIMEOUT);
        tokio::pin!(silence);
        let slots = &self.caller.slots;
        let mut evicted = Some(Box::pin(slots.evicted()));
        loop {
            let event = poll_fn(|context| {
                if let Some(evicted) = &mut evicted
                    && evicted.as_mut().poll(context).is_ready()
                {
                    return Poll::Ready(Event::Evicted);
                }
                if self.outbox.poll_ready(context).is_ready() {
                    return Poll::Ready(Event::Outbox);
                }
                if let Poll::Ready(read) = self.reading.poll_next(context) {
                    return Poll::Ready(Event::Read(read));
                }
                silence.as_mut().poll(context).map(|()| Event::Silence)
            });
            match event.await {
                Event::Outbox => self.write().await?,
                Event::Read(message) => {
                    // Boxed, as all that is rare, to keep the future of an idle task small.
                    Box::pin(self.read(message)).await?;
                    // An authenticated connection cannot be evicted.
                    evicted = evicted.filter(|_| !self.gate.has_greeted());
                }
                Event::Evicted => return Err(End::Done),
                Event::Silence => {
                    Box::pin(self.check_silence()).await?;
                    silence.as_mut().reset(Instant::now() + PING_INTERVAL);
                }
            }
        }
    }

    /// Writes everything that waits, in as few writes as the socket allows.
    async fn write(&mut self) -> Result<(), End> {
        let mut next = self.outbox.pop();
        loop {
            match next {
                Next::Frame(first) => {
                    let mut frames = vec![first.wire()];
                    next = loop {
                        match self.outbox.pop() {
                            Next::Frame(frame) if frames.len() < FRAMES_TOGETHER => {
                                frames.push(frame.wire());
                            }
                            other @ (Next::Frame(_) | Next::Empty { .. } | Next::Closed) => {
                                break other;
                            }
                        }
                    };
                    self.writing.frames(&frames).await?;
                    self.spoke = Instant::now();
                }
                Next::Empty { more } => {
                    if more {
                        let connection = self.gate.connection();
                        let told = self.backend.core.send(Input::Emptied { connection });
                        Box::pin(told).await;
                    }
                    return Ok(());
                }
                Next::Closed => return Box::pin(self.end()).await,
            }
        }
    }

    async fn read(&mut self, message: Result<Option<Message>, ReadError>) -> Result<(), End> {
        let silent = self.heard.max(self.spoke).elapsed();
        self.heard = Instant::now();
        match message {
            Ok(Some(Message::Text(text))) => {
                self.text(&text).await;
                Ok(())
            }
            Ok(Some(Message::Ping(payload))) => {
                Ok(self.writing.control(Kind::Pong, &payload).await?)
            }
            Ok(Some(Message::Pong)) => Ok(()),
            Ok(Some(Message::Binary)) | Err(ReadError::Broken(Broken::NotText)) => {
                self.end_with(ErrorCode::Malformed).await
            }
            Err(ReadError::Broken(Broken::TooLarge)) => self.end_with(ErrorCode::TooLarge).await,
            Ok(Some(Message::Close)) => self.end().await,
            Err(error @ (ReadError::Broken(Broken::Rules) | ReadError::Stream(_))) => {
                tracing::debug!(%error, "WebSocket protocol error");
                self.note_break(silent);
                Err(End::Done)
            }
            Ok(None) => {
                self.note_break(silent);
                Err(End::Done)
            }
        }
    }

    /// A member's connection by way of a proxy ended without a word. Whoever closes a page says so.
    fn note_break(&self, silent: Duration) {
        if self.gate.has_greeted() && self.caller.slots.forwarded.is_some() {
            let now = self.backend.clock.now();
            self.backend.diagnosis.broke_off(silent, now);
        }
    }

    /// Members over their byte quota wait here, at their own socket.
    async fn text(&mut self, text: &str) {
        let now = self.backend.clock.now();
        if let Some(member) = self.gate.member() {
            let quotas = &self.backend.shared.quotas;
            let pause = quotas.pause_after(member, text.len(), now);
            if pause > 0 {
                sleep(Duration::from_millis(pause)).await;
            }
        }
        let was_strange = !self.gate.has_greeted();
        let input = self.gate.handle_text(text, &self.backend.shared, now);
        if let (true, Some(device)) = (was_strange, self.gate.device()) {
            self.reading.trust();
            let Caller { from, slots } = self.caller;
            self.backend.let_in(&device, *from, slots);
        }
        let Some(mut input) = input else {
            return;
        };
        if let (Input::Frame { permit, .. }, Some(member)) = (&mut input, self.gate.member()) {
            *permit = self.backend.in_flight.permit(member).await;
        }
        self.backend.core.send(input).await;
    }

    /// Closes with a reason, after what was already waiting.
    async fn end_with(&mut self, code: ErrorCode) -> Result<(), End> {
        self.gate.close(code);
        Box::pin(self.write()).await
    }

    /// Closes the socket. Discards what the peer was still sending: closing a stream with unread bytes resets it,
    /// and the peer would lose the last frame, which has the reason.
    async fn end(&mut self) -> Result<(), End> {
        let normal_closure = 1000_u16.to_be_bytes();
        self.writing.control(Kind::Close, &normal_closure).await?;
        let (reading, writing) = (self.reading.stream(), &mut self.writing.0);
        let linger = async {
            writing.shutdown().await?;
            let mut left = LINGER_BYTES;
            let mut bytes = [0; 1024];
            while left > 0 {
                match reading.read(&mut bytes).await? {
                    0 => break,
                    read => left = left.saturating_sub(read),
                }
            }
            Ok::<_, io::Error>(())
        };
        let _ = timeout(LINGER_TIMEOUT, linger).await;
        Err(End::Done)
    }

    async fn check_silence(&mut self) -> Result<(), End> {
        if !self.gate.has_greeted() {
            return self.end_with(ErrorCode::NotAuthenticated).await;
        }
        if self.heard.elapsed() >= IDLE_TIMEOUT {
            return Err(End::Done);
        }
        self.writing.control(Kind::Ping, &[]).await?;
        self.spoke = Instant::now();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

    use super::*;

    fn size_of_future<F: Future>(_: impl FnOnce() -> F) -> usize {
        size_of::<F>()
    }

    /// 2,000 of these are kept at once; the budget of a connection is 8 KiB in all.
    #[test]
    fn a_task_is_small() {
        let parts: Option<(OwnedReadHalf, OwnedWriteHalf, &Caller, Arc<Backend>)> = None;
        let size = size_of_future(|| async {
            if let Some((reading, writing, caller, backend)) = parts {
                run(reading, writing, Vec::new(), caller, backend).await;
            }
        });
        assert!(size < 1024, "{size} bytes");
    }
}
