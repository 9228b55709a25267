//! What is found in a timeline without looking at every message.

use parley_protocol::ids::{DeviceId, MessageId};
use parley_protocol::keys::SessionId;
use parley_protocol::map::{IdMap, IdSet};

use super::TimelineItem;
use crate::named_heads::NamedHeads;

#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    seq_by_id: IdMap<(DeviceId, MessageId), u64>,
    locked_by_session: IdMap<(DeviceId, SessionId), IdSet<u64>>,
    awaiting_log: IdSet<u64>,
    heads: NamedHeads,
}

impl Index {
    /// Says between which sequence numbers a newer head is known to have been known than before.
    pub(super) fn put(&mut self, item: &TimelineItem) -> Option<(u64, u64)> {
        if item.awaits_log() {
            self.awaiting_log.insert(item.seq);
        }
        if item.is_read() || item.is_removed() {
            self.seq_by_id.or_insert((item.device, item.id), item.seq);
        }
        if item.ciphertext.is_some() || item.is_taken_away() {
            self.locked_by_session
                .or_default((item.device, item.session))
                .insert(item.seq);
        }
        self.note_head(item.seq, item.head_seq)
    }

    /// What stands at a sequence number names a head.
    pub(super) fn note_head(&mut self, seq: u64, head: u64) -> Option<(u64, u64)> {
        self.heads.note(seq, head)
    }

    /// Forgets a message that gives way to another one.
    pub(super) fn remove(&mut self, item: &TimelineItem) {
        self.awaiting_log.remove(&item.seq);
        let id = (item.device, item.id);
        if self.seq_by_id.get(&id) == Some(&item.seq) {
            self.seq_by_id.remove(&id);
        }
        if let Some(locked) = self.locked_by_session.get_mut(&(item.device, item.session)) {
            locked.remove(&item.seq);
            if locked.is_empty() {
                self.locked_by_session.remove(&(item.device, item.session));
            }
        }
    }

    pub(super) fn awaiting_log(&self) -> impl Iterator<Item = u64> {
        self.awaiting_log.iter()
    }

    pub(super) fn seq_of_read(&self, device: DeviceId, id: MessageId) -> Option<u64> {
        self.seq_by_id.get(&(device, id)).copied()
    }

    pub(super) fn locked(&self, device: DeviceId, session: SessionId) -> impl Iterator<Item = u64> {
        self.locked_by_session
            .get(&(device, session))
            .into_iter()
            .flatten()
    }

    pub(super) fn head_before(&self, seq: u64) -> u64 {
        self.heads.before(seq)
    }
}
