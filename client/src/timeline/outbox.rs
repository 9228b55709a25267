//! What was written or done here and does not stand in its channel yet.

use parley_protocol::Millis;
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId};
use parley_protocol::keys::{Hash, SessionId};
use serde::{Deserialize, Serialize};

use super::{Body, Timeline, TimelineItem};
use crate::file::{self, FileOf};
use crate::megolm::signed_index;
use crate::timeline::relations::Target;

/// Something written here on its way into the channel.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// Its id, also in the channel.
    pub id: MessageId,
    /// Where it goes.
    pub channel: ChannelId,
    /// What it says.
    pub body: Body,
    /// When it was written, by this device's clock.
    pub at: Millis,
    /// How far it is.
    pub state: OutboxState,
    /// The blobs of its files, as [`crate::file::files_of`] gives them out. Empty while they are not at the relay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blobs: Vec<Hash>,
    /// Order of writing over all channels.
    pub(crate) order: u64,
    /// As it will be sent, again if need be: encrypted once.
    pub(crate) encrypted: Option<(SessionId, String)>,
    /// Its sessions and numbers of which the relay said that it refused them.
    pub(crate) refused: Vec<(SessionId, u32)>,
}

impl Timeline {
    /// Puts something in the outbox that was written by this device.
    pub(crate) fn queue(&mut self, item: OutboxItem, me: DeviceId) {
        self.relations.note_waiting(me, &item.body, item.id);
        self.outbox.push_back(item);
    }

    /// Takes out of the outbox what is not to stay.
    pub(crate) fn drain_outbox(
        &mut self,
        me: DeviceId,
        is_over: impl Fn(&OutboxItem) -> bool,
    ) -> Vec<OutboxItem> {
        let (over, stays): (Vec<_>, Vec<_>) = std::mem::take(&mut self.outbox)
            .into_iter()
            .partition(is_over);
        self.outbox = stays.into();
        for item in &over {
            self.relations.note_waiting(me, &item.body, item.id);
        }
        over
    }

    /// Whether something is to be done with a message that still waits for its files: it must not stand before it.
    pub(crate) fn is_about_uploading(&self, item: &OutboxItem) -> bool {
        let Body::Relation(relation) = &item.body else {
            return false;
        };
        let mut outbox = self.outbox.iter();
        outbox.any(|it| it.state == OutboxState::Uploading && it.id == relation.to.id)
    }

    /// Changes what is in the outbox. Gives back what it changed.
    pub(crate) fn change_outbox(
        &mut self,
        me: DeviceId,
        change: impl Fn(&mut OutboxItem),
    ) -> Vec<OutboxItem> {
        let mut changed = Vec::new();
        for item in &mut self.outbox {
            let before = item.clone();
            change(item);
            if *item != before {
                self.relations.note_waiting(me, &item.body, item.id);
                changed.push(item.clone());
            }
        }
        changed
    }
}

/// Refusals of one message that are remembered.
const REFUSALS: usize = 16;

impl OutboxItem {
    /// Whether a message in the channel is this one: byte for byte as it was sent last, or what the relay said
    /// it had refused, while nothing else is on its way for it.
    pub(crate) fn is_sent_as(&self, message: &EncryptedMessage) -> bool {
        if self.id != message.id {
            return false;
        }
        if let Some((session, ciphertext)) = &self.encrypted {
            return *session == message.session && *ciphertext == message.ciphertext;
        }
        let mut refused = self.refused.iter();
        refused.any(|(session, index)| {
            *session == message.session
                && signed_index(*session, &message.ciphertext) == Some(*index)
        })
    }

    /// The same of one that was deleted or expired: by its number in its session.
    pub(crate) fn was_sent_as(&self, gone: &TimelineItem) -> bool {
        let index = match &self.encrypted {
            Some((session, ciphertext)) if *session == gone.session => {
                signed_index(*session, ciphertext)
            }
            Some(_) => None,
            None => {
                let mut refused = self.refused.iter();
                let found = refused.find(|it| **it == (gone.session, gone.index));
                found.map(|(_, index)| *index)
            }
        };
        self.id == gone.id && gone.is_signed && index == Some(gone.index)
    }

    /// Whether it may be at the relay already.
    pub(crate) fn is_on_its_way(&self) -> bool {
        self.encrypted.is_some() && !matches!(self.state, OutboxState::Failed { .. })
    }

    /// Its files, each with its blobs. [`FileFault::Chunks`](crate::file::FileFault::Chunks) while they are not up.
    pub fn files(&self) -> impl Iterator<Item = FileOf<'_>> {
        file::files_of(self.body.files(), &self.blobs)
    }

    /// Whether it does something with a message.
    pub(crate) fn is_about(&self, target: Target) -> bool {
        matches!(&self.body, Body::Relation(relation) if relation.to == target)
    }

    /// The relay refused it as it was encrypted.
    pub(crate) fn note_refused(&mut self) {
        if let Some((session, ciphertext)) = self.encrypted.take()
            && let Some(index) = signed_index(session, &ciphertext)
        {
            self.refused.push((session, index));
            let old = self.refused.len().saturating_sub(REFUSALS);
            self.refused.drain(..old);
        }
    }
}

impl std::fmt::Debug for OutboxItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            id,
            channel,
            body,
            at,
            state,
            blobs,
            order,
            encrypted: _,
            refused: _,
        } = self;
        f.debug_struct("OutboxItem")
            .field("id", id)
            .field("channel", channel)
            .field("body", body)
            .field("at", at)
            .field("state", state)
            .field("blobs", &blobs.len())
            .field("order", order)
            .finish_non_exhaustive()
    }
}

/// How far an outbox item is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// For its files: [`crate::Engine::files_are_up`] lets it go.
    Uploading,
    /// For the relay, or for what was written before.
    Waiting,
    /// On its way.
    Sending,
    /// The relay has it, and it will show in its channel in a moment.
    Sent,
    /// The relay refused it. It stays until it is tried again or discarded.
    Failed {
        /// What the relay answered.
        error: ErrorCode,
    },
}
