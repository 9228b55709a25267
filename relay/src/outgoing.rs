//! Frames on their way to one connection: a bounded queue that the core fills and the connection's task
//! empties. No sockets, no serialisation of single fields.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{RelayToClient, encode};

/// Frames that may wait for one connection. A phone on a bad line reads a few each second; one that lets
/// this many wait is better served by going on from its position. More costs memory per slow reader.
pub(crate) const MAX_WAITING_FRAMES: usize = 512;
/// Bytes that may wait for one connection. Holds several catch-up pages.
pub(crate) const MAX_WAITING_BYTES: usize = 2 * 1024 * 1024;

/// A frame's JSON text as the WebSocket frame that carries it: made once, shared by all who get it. A
/// server does not mask, so that the bytes are the same for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    wire: Bytes,
    /// How many bytes stand before the text.
    header: u8,
}

/// Final frames of one message each (RFC 6455 section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text = 0x81,
    Close = 0x88,
    Ping = 0x89,
    Pong = 0x8A,
}

impl Frame {
    /// Writes a frame.
    pub(crate) fn new(frame: &RelayToClient) -> Self {
        let text = encode(frame);
        let wire = wire_frame(Kind::Text, text.as_bytes());
        Self {
            header: u8::try_from(wire.len() - text.len()).unwrap_or_default(),
            wire,
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        let text = self.wire.get(usize::from(self.header)..);
        std::str::from_utf8(text.unwrap_or_default()).unwrap_or_default()
    }

    /// The bytes to send.
    pub(crate) fn wire(&self) -> Bytes {
        self.wire.clone()
    }
}

/// A payload as a WebSocket frame, its length in the shortest form.
pub(crate) fn wire_frame(kind: Kind, payload: &[u8]) -> Bytes {
    let mut wire = Vec::with_capacity(10 + payload.len());
    wire.push(kind as u8);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..126), _) => wire.push(short),
        (_, Ok(medium)) => {
            wire.push(126);
            wire.extend_from_slice(&medium.to_be_bytes());
        }
        (_, Err(_)) => {
            wire.push(127);
            wire.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    wire.extend_from_slice(payload);
    wire.into()
}

/// What [`Outbox::pop`] finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// The next frame.
    Frame(Frame),
    /// Nothing now. `more` says that the core has more as soon as it is told.
    Empty {
        /// The core waits to be told that the queue is empty.
        more: bool,
    },
    /// Everything was taken and nothing will follow.
    Closed,
}

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// It waits alone: the reader may be asleep.
    First,
    /// It waits behind others.
    Behind,
    /// There was no room: the queue now holds nothing but the reason, and is closed.
    Overflow,
    /// The queue was closed before.
    Closed,
}

/// The queue of one connection.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    waker: AtomicWaker,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Frame>,
    bytes: usize,
    more: bool,
    closed: bool,
}

impl Outbox {
    /// Adds a frame. After the first one the reader must be woken.
    pub(crate) fn push(&self, frame: Frame) -> Pushed {
        let mut state = self.lock();
        if state.closed {
            return Pushed::Closed;
        }
        let bytes = state.bytes.saturating_add(frame.wire.len());
        if state.frames.len() >= MAX_WAITING_FRAMES || bytes > MAX_WAITING_BYTES {
            state.frames = VecDeque::from([too_slow()]);
            state.closed = true;
            self.waker.wake();
            return Pushed::Overflow;
        }
        state.bytes = bytes;
        state.frames.push_back(frame);
        if state.frames.len() == 1 {
            Pushed::First
        } else {
            Pushed::Behind
        }
    }

    /// Wakes the reader.
    pub(crate) fn wake(&self) {
        self.waker.wake();
    }

    /// Adds a last frame that says why.
    pub(crate) fn close(&self, error: ApiError) {
        let mut state = self.lock();
        if !state.closed {
            state
                .frames
                .push_back(Frame::new(&RelayToClient::Closing { error }));
            state.closed = true;
            self.waker.wake();
        }
    }

    /// Whether another page may be added before the reader has taken what waits.
    pub(crate) fn has_room(&self) -> bool {
        let state = self.lock();
        state.bytes < MAX_WAITING_BYTES / 8 && state.frames.len() < MAX_WAITING_FRAMES / 8
    }

    /// Asks the reader to say when it has taken everything.
    pub(crate) fn tell_when_empty(&self) {
        self.lock().more = true;
        self.waker.wake();
    }

    /// Takes the next frame.
    pub(crate) fn pop(&self) -> Next {
        let mut state = self.lock();
        if let Some(frame) = state.frames.pop_front() {
            state.bytes = state.bytes.saturating_sub(frame.wire.len());
            return Next::Frame(frame);
        }
        if state.closed {
            return Next::Closed;
        }
        if state.frames.capacity() > 16 {
            state.frames = VecDeque::new();
        }
        Next::Empty {
            more: std::mem::take(&mut state.more),
        }
    }

    /// Waits until [`Outbox::pop`] has something to say.
    pub(crate) fn poll_ready(&self, context: &mut Context<'_>) -> Poll<()> {
        if self.is_ready() {
            return Poll::Ready(());
        }
        self.waker.register(context.waker());
        if self.is_ready() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    fn is_ready(&self) -> bool {
        let state = self.lock();
        !state.frames.is_empty() || state.closed || state.more
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_slow() -> Frame {
    let error = ApiError::new(
        ErrorCode::TooSlow,
        "the connection read too slowly; go on from the last position",
    );
    Frame::new(&RelayToClient::Closing { error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_says_why_and_ends() {
        let outbox = Outbox::default();
        let pong = Frame::new(&RelayToClient::Pong);
        assert_eq!(outbox.push(pong.clone()), Pushed::First);
        for _ in 1..MAX_WAITING_FRAMES {
            assert_eq!(outbox.push(pong.clone()), Pushed::Behind);
        }
        assert_eq!(outbox.push(pong.clone()), Pushed::Overflow);
        assert_eq!(outbox.push(pong), Pushed::Closed);
        assert_eq!(outbox.pop(), Next::Frame(too_slow()));
        assert_eq!(outbox.pop(), Next::Closed);
    }

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
            let wire = wire_frame(Kind::Text, &vec![0; payload]);
            assert_eq!(wire[..wire.len() - payload], expected);
        }
    }

    #[test]
    fn the_reader_is_asked_once_to_tell() {
        let outbox = Outbox::default();
        outbox.push(Frame::new(&RelayToClient::Pong));
        outbox.tell_when_empty();
        assert!(matches!(outbox.pop(), Next::Frame(_)));
        assert_eq!(outbox.pop(), Next::Empty { more: true });
        assert_eq!(outbox.pop(), Next::Empty { more: false });
    }
}
