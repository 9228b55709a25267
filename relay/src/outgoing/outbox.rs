//! The queue of one connection: filled by the core, emptied by the connection's task.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::UserId;

use super::queue::Queue;
use super::{Frame, Pushed, StateKey};

/// The result of [`Outbox::pop`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    Frame(Frame),
    /// Nothing now.
    Empty {
        /// Whether the core waits to be told that the queue is empty, because it has more.
        more: bool,
    },
    /// Everything was taken and nothing will follow.
    Closed,
}

/// Pushing the first frame does not wake the reader; the core does so once per run.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    waker: AtomicWaker,
}

#[derive(Debug, Default)]
struct State {
    queue: Queue,
    more: bool,
    closed: bool,
}

impl Outbox {
    /// Adds a response. If there is no room, the queue is closed and holds nothing but the reason.
    pub(crate) fn push(&self, frame: Frame) -> Pushed {
        let mut state = self.lock();
        if state.closed {
            return Pushed::Closed;
        }
        let pushed = state.queue.push_answer(frame);
        if pushed == Pushed::Full {
            state.queue.replace_all(too_slow());
            state.closed = true;
            self.waker.wake();
        }
        pushed
    }

    /// Adds a frame of a stream. If there is no room, the reader is behind in the stream.
    pub(crate) fn push_stream(&self, frame: Frame) -> Pushed {
        self.push_with(|queue| queue.push_stream(frame))
    }

    /// Adds a transient to-device message.
    pub(crate) fn push_signal(&self, from: UserId, frame: Frame) -> Pushed {
        self.push_with(|queue| queue.push_signal(from, frame))
    }

    /// Adds the newest state of something, in place of an older one.
    pub(crate) fn push_state(&self, key: StateKey, frame: Frame) -> Pushed {
        self.push_with(|queue| queue.push_state(key, frame))
    }

    pub(crate) fn wake(&self) {
        self.waker.wake();
    }

    /// Adds a last frame with the reason, and closes the queue.
    pub(crate) fn close(&self, error: ApiError) {
        let mut state = self.lock();
        if !state.closed {
            let frame = Frame::new(&RelayToClient::Closing { error });
            state.queue.push_last(frame);
            state.closed = true;
            self.waker.wake();
        }
    }

    /// Whether another page may be added before the reader has taken what waits.
    pub(crate) fn has_room(&self) -> bool {
        self.lock().queue.has_room()
    }

    /// Asks the reader to report when it has taken everything.
    pub(crate) fn tell_when_empty(&self) {
        self.lock().more = true;
        self.waker.wake();
    }

    pub(crate) fn pop(&self) -> Next {
        let mut state = self.lock();
        if let Some(frame) = state.queue.pop() {
            return Next::Frame(frame);
        }
        if state.closed {
            return Next::Closed;
        }
        state.queue.shrink();
        Next::Empty {
            more: std::mem::take(&mut state.more),
        }
    }

    /// Waits until [`Outbox::pop`] returns something.
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

    fn push_with(&self, push: impl FnOnce(&mut Queue) -> Pushed) -> Pushed {
        let mut state = self.lock();
        if state.closed {
            return Pushed::Closed;
        }
        push(&mut state.queue)
    }

    fn is_ready(&self) -> bool {
        let state = self.lock();
        !state.queue.is_empty() || state.closed || state.more
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_slow() -> Frame {
    let error = ApiError::new(
        ErrorCode::TooSlow,
        "the client sends requests but does not read the responses",
    );
    Frame::new(&RelayToClient::Closing { error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_and_does_not_read_is_told_why_it_ends() {
        let outbox = Outbox::default();
        let pong = Frame::new(&RelayToClient::Pong);
        assert_eq!(outbox.push(pong.clone()), Pushed::First);
        while outbox.push(pong.clone()) == Pushed::Behind {}
        assert_eq!(outbox.push(pong), Pushed::Closed);
        assert_eq!(outbox.pop(), Next::Frame(too_slow()));
        assert_eq!(outbox.pop(), Next::Closed);
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
