//! What the parts of the engine give out: effects for the driver, requests to the relay, and wishes to one another.
//! Persist before send: a change that was noted before a frame is stored before that frame goes out.

mod requests;

use std::collections::VecDeque;

use litemap::LiteMap;
use parley_protocol::frame::{self, ClientToRelay, Request, RequestId};
use parley_protocol::ids::DeviceId;

pub(super) use requests::{Asked, retry_wait};

use super::wish::Wish;
use crate::call::CallEffect;
use crate::content::ToDeviceBody;
use crate::effect::{Effect, Event};
use crate::megolm::SessionRef;
use crate::store::{Change, Table};

/// Effects in order, the changes that the next store will keep, and wishes that wait to be granted.
#[derive(Default)]
pub(super) struct Output {
    effects: VecDeque<Effect>,
    changes: Vec<Change>,
    events: Vec<Event>,
    requests: requests::Requests,
    wishes: VecDeque<Wish>,
    /// Sessions whose keys are to be looked for in the archive.
    finds: Vec<SessionRef>,
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

    /// Sends a request. Its answer leads to `asked`.
    pub(super) fn ask(&mut self, asked: Asked, request: Request) {
        let id = self.requests.begin(asked);
        self.send(&ClientToRelay::Request { id, request });
    }

    pub(super) fn is_asked(&self, asked: &Asked) -> bool {
        self.requests.contains(asked)
    }

    /// What an answer is for. `None`: nothing was asked by that number.
    pub(super) fn take_asked(&mut self, id: RequestId) -> Option<Asked> {
        self.requests.end(id)
    }

    pub(super) fn wish(&mut self, wish: Wish) {
        self.wishes.push_back(wish);
    }

    pub(super) fn take_wish(&mut self) -> Option<Wish> {
        self.wishes.pop_front()
    }

    pub(super) fn has_wishes(&self) -> bool {
        !self.wishes.is_empty()
    }

    /// Sends something to a device, as soon as there is a connection and an Olm session.
    pub(super) fn send_to_device(&mut self, to: DeviceId, body: ToDeviceBody) {
        self.wish(Wish::Send {
            to,
            body,
            transient: false,
        });
    }

    /// The same with what is of no use any more once the connection broke.
    pub(super) fn send_transient(&mut self, to: DeviceId, body: ToDeviceBody) {
        self.wish(Wish::Send {
            to,
            body,
            transient: true,
        });
    }

    pub(super) fn push(&mut self, effect: Effect) {
        self.flush_changes();
        self.effects.push_back(effect);
    }

    pub(super) fn call(&mut self, effect: CallEffect) {
        self.push(Effect::Call(effect));
    }

    /// Looks for a session's key in the archive.
    pub(super) fn find(&mut self, session: SessionRef) {
        if !self.finds.contains(&session) {
            self.finds.push(session);
        }
    }

    /// Says that something changed. Said once, however often it changes before the driver looks.
    pub(super) fn event(&mut self, event: Event) {
        if !self.events.contains(&event) {
            self.events.push(event);
        }
    }

    /// Forgets frames that were not sent before the connection broke, and what was asked by those that were.
    pub(super) fn forget_connection(&mut self) {
        self.requests.clear();
        self.effects
            .retain(|effect| !matches!(effect, Effect::Send(_)));
    }

    pub(super) fn flush(&mut self) {
        self.flush_changes();
        if !self.finds.is_empty() {
            let keys = std::mem::take(&mut self.finds).into_iter();
            let keys = keys.map(SessionRef::to_archive_prefix).collect();
            self.effects.push_back(Effect::Find { keys });
        }
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
    let mut seen = LiteMap::<_, ()>::new();
    changes.reverse();
    changes.retain(|change| seen.insert(table_and_key(change), ()).is_none());
    changes.reverse();
    changes
}

fn table_and_key(change: &Change) -> (Table, String) {
    match change {
        Change::Put(record) => (record.table, record.key.clone()),
        Change::Delete { table, key } => (*table, key.clone()),
    }
}
