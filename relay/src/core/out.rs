//! The last step on the way to a connection. Tasks are woken once for everything that one turn of the core
//! brought them: a response and the item it belongs to leave in one write.

use std::cell::RefCell;
use std::sync::Arc;

use crate::outgoing::{Frame, Outbox, Pushed};
use crate::shared::{Metrics, Shared};

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

    pub(super) fn send(&self, outbox: &Arc<Outbox>, frame: Frame) {
        let metrics = &self.shared.metrics;
        match outbox.push(frame) {
            Pushed::First => self.to_wake.borrow_mut().push(Arc::clone(outbox)),
            Pushed::Behind => {}
            Pushed::Overflow => Metrics::add(&metrics.slow_readers, 1),
            Pushed::Closed => return,
        }
        Metrics::add(&metrics.frames_out, 1);
    }

    pub(super) fn wake_all(&mut self) {
        for outbox in self.to_wake.get_mut().drain(..) {
            outbox.wake();
        }
    }
}
