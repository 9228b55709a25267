//! The queue of effects. Persist before send: a change that was noted before a frame is stored before
//! that frame goes out.

use std::collections::VecDeque;

use parley_protocol::frame::{self, ClientToRelay};

use crate::call::CallEffect;
use crate::effect::{Effect, Event};
use crate::store::Change;

/// Effects in order, and the changes that the next store will keep.
#[derive(Default)]
pub(super) struct Output {
    effects: VecDeque<Effect>,
    changes: Vec<Change>,
    events: Vec<Event>,
}

impl Output {
    pub(super) fn poll(&mut self) -> Option<Effect> {
        self.flush();
        self.effects.pop_front()
    }

    /// Notes a change; it is kept before any frame that is sent later.
    pub(super) fn store(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(super) fn send(&mut self, frame: &ClientToRelay) {
        self.flush_changes();
        self.effects.push_back(Effect::Send(frame::encode(frame)));
    }

    pub(super) fn push(&mut self, effect: Effect) {
        self.flush_changes();
        self.effects.push_back(effect);
    }

    pub(super) fn call(&mut self, effect: CallEffect) {
        self.push(Effect::Call(effect));
    }

    /// Says that something changed. Said once, however often it changes before the driver looks.
    pub(super) fn event(&mut self, event: Event) {
        if !self.events.contains(&event) {
            self.events.push(event);
        }
    }

    /// Forgets frames that were not sent before the connection broke.
    pub(super) fn drop_frames(&mut self) {
        self.effects
            .retain(|effect| !matches!(effect, Effect::Send(_)));
    }

    pub(super) fn flush(&mut self) {
        self.flush_changes();
        self.effects
            .extend(self.events.drain(..).map(Effect::Event));
    }

    fn flush_changes(&mut self) {
        if !self.changes.is_empty() {
            self.effects
                .push_back(Effect::Store(std::mem::take(&mut self.changes)));
        }
    }
}
