//! One task for each socket: texts in to the core, frames out of the outbox, pings, and an end in every
//! case. The guard takes the connection out of the core however the task ends.

use std::future::poll_fn;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use parley_protocol::error::ErrorCode;
use parley_protocol::keys::Nonce;
use parley_protocol::limits::MAX_FRAME_BYTES;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::core::{ConnectionId, Input};
use crate::gate::Gate;
use crate::http::App;
use crate::outgoing::{Kind, Next, Outbox};
use crate::places::Seat;
use crate::server::wire::{Reading, Writing};

/// From the challenge to the hello.
const HELLO_TIMEOUT: Duration = Duration::from_secs(10);
/// A browser answers pings by itself; proxies close what is silent for a minute.
const PING_INTERVAL: Duration = Duration::from_secs(30);
/// Nothing was heard for so long: the other side is gone. A sleeping phone connects again when it wakes.
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);
/// Frames that are taken from the queue at once.
const FRAMES_TOGETHER: usize = 64;
/// After the end the other side may take so long to hear of it, and send so much.
const LINGER_TIMEOUT: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 2 * 1024 * 1024;

/// The library's own figure is 128 KiB for each socket, whether it is used or not.
fn reading_config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(512)
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES))
}

/// Who is at the other end of a socket, before it says so.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The address that limits count by.
    pub(crate) from: IpAddr,
    pub(crate) seat: Seat,
}

/// Runs a connection until it ends. `read` is what came with the request.
pub(crate) async fn run<R, W>(reading: R, writing: W, read: Vec<u8>, caller: &Caller, app: Arc<App>)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let connection = app.next_connection();
    let held = app.hold_hello(caller.from);
    let outbox = Arc::new(Outbox::default());
    let nonce = Nonce::from_bytes(app.random());
    let mut task = Task {
        gate: Gate::open(connection, Arc::clone(&outbox), nonce),
        _guard: Guard {
            app: Arc::clone(&app),
            connection,
        },
        reading: Reading::new(reading, read, held, reading_config()).await,
        writing: Writing(writing),
        outbox,
        app,
        caller,
        heard: Instant::now(),
    };
    if let Err(End::Broken(error)) = task.run().await {
        tracing::debug!(%error, "a connection broke");
    }
}

struct Task<'a, R, W> {
    reading: Reading<R>,
    writing: Writing<W>,
    gate: Gate,
    outbox: Arc<Outbox>,
    app: Arc<App>,
    caller: &'a Caller,
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
    /// Something was read, or reading is over.
    Read(Option<Result<Message, Error>>),
    /// Nothing happened for a while.
    Silence,
    /// Others need the place of somebody who has not said hello.
    Evicted,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Task<'_, R, W> {
    async fn run(&mut self) -> Result<(), End> {
        let silence = sleep_until(self.heard + HELLO_TIMEOUT);
        tokio::pin!(silence);
        let seat = &self.caller.seat;
        let mut evicted = Some(Box::pin(seat.evicted()));
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
                    self.read(message).await?;
                    // From then on nobody pushes it out, and nothing need be asked.
                    evicted = evicted.filter(|_| !self.gate.has_greeted());
                }
                Event::Evicted => return Err(End::Done),
                Event::Silence => {
                    self.check_silence().await?;
                    silence.as_mut().reset(Instant::now() + PING_INTERVAL);
                }
            }
        }
    }

    /// Sends everything that waits, in as few writes as the socket allows.
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
                }
                Next::Empty { more } => {
                    if more {
                        let connection = self.gate.connection();
                        self.app.core.send(Input::Emptied { connection }).await;
                    }
                    return Ok(());
                }
                Next::Closed => return self.end().await,
            }
        }
    }

    async fn read(&mut self, message: Option<Result<Message, Error>>) -> Result<(), End> {
        self.heard = Instant::now();
        match message {
            Some(Ok(Message::Text(text))) => {
                // In a box, because a task that waits for the next text should be small.
                Box::pin(self.text(&text)).await;
                Ok(())
            }
            Some(Ok(Message::Ping(payload))) => {
                Ok(self.writing.control(Kind::Pong, &payload).await?)
            }
            Some(Ok(Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Binary(_) | Message::Frame(_)) | Err(Error::Utf8(_))) => {
                self.end_with(ErrorCode::Malformed).await
            }
            Some(Err(Error::Io(error))) if error.kind() == io::ErrorKind::FileTooLarge => {
                self.end_with(ErrorCode::TooLarge).await
            }
            Some(Err(Error::Capacity(_))) => self.end_with(ErrorCode::TooLarge).await,
            Some(Ok(Message::Close(_))) => self.end().await,
            Some(Err(error)) => {
                tracing::debug!(%error, "a connection broke");
                Err(End::Done)
            }
            None => Err(End::Done),
        }
    }

    /// Whoever sends more than their share waits here, at their own socket.
    async fn text(&mut self, text: &str) {
        let now = self.app.clock.now();
        if let Some(member) = self.gate.member() {
            let quotas = &self.app.shared.quotas;
            let pause = quotas.pause_after(member, text.len(), now);
            if pause > 0 {
                sleep(Duration::from_millis(pause)).await;
            }
        }
        let was_strange = !self.gate.has_greeted();
        let input = self.gate.handle_text(text, &self.app.shared, now);
        if let (true, Some(device)) = (was_strange, self.gate.device()) {
            self.reading.trust();
            let Caller { from, seat } = self.caller;
            self.app.let_in(&device, *from, seat);
        }
        let Some(mut input) = input else {
            return;
        };
        if let (Input::Frame { place, .. }, Some(member)) = (&mut input, self.gate.member()) {
            *place = self.app.line.place(member).await;
        }
        self.app.core.send(input).await;
    }

    /// Says why, after what was already waiting.
    async fn end_with(&mut self, code: ErrorCode) -> Result<(), End> {
        self.gate.close(code);
        Box::pin(self.write()).await
    }

    /// Closes the socket. What the other side was still sending is thrown away: closing a stream with
    /// unread bytes in it would take the last frame, which says why, away from the reader.
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
        let _ = timeout(LINGER_TIMEOUT, Box::pin(linger)).await;
        Err(End::Done)
    }

    async fn check_silence(&mut self) -> Result<(), End> {
        if !self.gate.has_greeted() {
            return self.end_with(ErrorCode::NotAuthenticated).await;
        }
        if self.heard.elapsed() >= IDLE_TIMEOUT {
            return Err(End::Done);
        }
        Ok(self.writing.control(Kind::Ping, &[]).await?)
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

    use super::*;

    fn size_of_future<F: Future>(_: impl FnOnce() -> F) -> usize {
        size_of::<F>()
    }

    /// 2,000 of these are kept at once; 8 KiB is the budget for all that belongs to one.
    #[test]
    fn a_task_is_small() {
        let app: Option<(OwnedReadHalf, OwnedWriteHalf, &Caller, Arc<App>)> = None;
        let size = size_of_future(|| async {
            if let Some((reading, writing, caller, app)) = app {
                run(reading, writing, Vec::new(), caller, app).await;
            }
        });
        assert!(size < 2048, "{size} bytes");
    }
}
