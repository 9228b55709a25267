//! The queue of effects. Persist before send: a change that was noted before a frame is stored before
//! that frame goes out.

use std::collections::{BTreeSet, VecDeque};

use parley_protocol::frame::{self, ClientToRelay};

use crate::call::CallEffect;
use crate::effect::{Effect, Event};
use crate::store::{Change, Table};

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
            let changes = last_of_each(std::mem::take(&mut self.changes));
            self.effects.push_back(Effect::Store(changes));
        }
    }
}

/// What is changed several times in one store is kept once, as it is at the end.
fn last_of_each(mut changes: Vec<Change>) -> Vec<Change> {
    let mut seen = BTreeSet::new();
    changes.reverse();
    changes.retain(|change| seen.insert(place(change)));
    changes.reverse();
    changes
}

fn place(change: &Change) -> (Table, String) {
    match change {
        Change::Put(record) => (record.table, record.key.clone()),
        Change::Delete { table, key } => (*table, key.clone()),
    }
}
