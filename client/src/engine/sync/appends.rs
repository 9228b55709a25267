//! Entries that this device wants in the community log. They are asked for again after a break, until they are
//! answered.

use litemap::LiteMap;
use parley_protocol::entry::{Action, Entry, EntryBody};
use parley_protocol::error::ApiError;
use parley_protocol::frame::Request;
use parley_protocol::ids::EntryId;
use parley_protocol::signing;

use super::{SyncState, Turn};
use crate::device::DeviceKeys;
use crate::effect::Event;
use crate::engine::output::{Asked, Output};

/// Entries that were not answered yet.
#[derive(Default)]
pub(super) struct Appends(LiteMap<EntryId, Entry>);

/// Why an entry was not even asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The relay must be there to give the entry its sequence number.
    #[error("there is no connection to the relay")]
    NotConnected,
}

impl SyncState {
    /// Signs an entry and asks for it to be put into the log. The outcome is an event.
    pub(in crate::engine) fn append(
        &mut self,
        action: Action,
        keys: &DeviceKeys,
        turn: &mut Turn<'_>,
    ) -> Result<EntryId, AppendError> {
        if !self.is_open() {
            return Err(AppendError::NotConnected);
        }
        let (id, entry) = self.sign(action, keys, turn);
        self.appends.0.insert(id, entry.clone());
        let request = Request::Append { entry };
        turn.output.ask(Asked::Append(id), request);
        Ok(id)
    }

    /// Signs an entry that follows the newest one here.
    pub(in crate::engine) fn sign(
        &self,
        action: Action,
        keys: &DeviceKeys,
        turn: &mut Turn<'_>,
    ) -> (EntryId, Entry) {
        let id = EntryId::from_bytes(turn.rng.bytes());
        let body = EntryBody {
            community: self.community.id(),
            id,
            at: turn.now,
            head: self.community.head(),
            action,
        }
        .to_text();
        let entry = Entry {
            signature: keys.sign(&signing::entry(&body)),
            body,
            author: self.me.device,
        };
        (id, entry)
    }

    pub(in crate::engine) fn resume_appends(&mut self, output: &mut Output) {
        for (id, entry) in self.appends.0.iter() {
            let entry = entry.clone();
            output.ask(Asked::Append(*id), Request::Append { entry });
        }
    }

    pub(in crate::engine) fn handle_appended(&mut self, entry: EntryId, output: &mut Output) {
        self.appends.0.remove(&entry);
        output.event(Event::Appended { entry });
    }

    pub(in crate::engine) fn handle_append_refused(
        &mut self,
        entry: EntryId,
        error: ApiError,
        output: &mut Output,
    ) {
        self.appends.0.remove(&entry);
        output.event(Event::AppendRefused { entry, error });
    }
}
