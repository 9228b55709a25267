//! The last step on the way to a connection. Tasks are woken once per run of the core: a response and the item it
//! belongs to leave in one write.

use std::cell::RefCell;
use std::sync::Arc;

use parley_protocol::ids::UserId;

use crate::metrics::Metrics;
use crate::outgoing::{Frame, Outbox, Pushed, StateKey};
use crate::shared::Shared;

pub(super) struct Out {
    shared: Arc<Shared>,
    to_wake: RefCell<Vec<Arc<Outbox>>>,
}

impl Out {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            to_wake: RefCell::default(),
        }
    }

    /// Sends a response.
    pub(super) fn send(&self, outbox: &Arc<Outbox>, frame: Frame) {
        let pushed = outbox.push(frame);
        if pushed == Pushed::Full {
            Metrics::add(&self.shared.metrics.slow_readers, 1);
        }
        self.pushed(outbox, pushed);
    }

    /// `false`: there was no room, and the connection is behind.
    pub(super) fn send_stream(&self, outbox: &Arc<Outbox>, frame: Frame) -> bool {
        let pushed = outbox.push_stream(frame);
        self.pushed(outbox, pushed);
        pushed != Pushed::Full
    }

    pub(super) fn send_signal(&self, outbox: &Arc<Outbox>, from: UserId, frame: Frame) {
        let pushed = outbox.push_signal(from, frame);
        self.pushed(outbox, pushed);
    }

    pub(super) fn send_state(&self, outbox: &Arc<Outbox>, key: StateKey, frame: Frame) {
        let pushed = outbox.push_state(key, frame);
        self.pushed(outbox, pushed);
    }

    fn pushed(&self, outbox: &Arc<Outbox>, pushed: Pushed) {
        let metrics = &self.shared.metrics;
        match pushed {
            Pushed::First => self.to_wake.borrow_mut().push(Arc::clone(outbox)),
            Pushed::Behind => {}
            Pushed::Dropped(frames) => Metrics::add(&metrics.signals_dropped, frames),
            Pushed::Full | Pushed::Closed => return,
        }
        Metrics::add(&metrics.frames_out, 1);
    }

    pub(super) fn wake_all(&mut self) {
        for outbox in self.to_wake.get_mut().drain(..) {
            outbox.wake();
        }
    }
}
