//! Which items concern which message. What is made of them is found out when somebody looks, and kept until something
//! about it changes.

use std::cell::OnceCell;

use parley_protocol::ids::{DeviceId, MessageId};
use parley_protocol::map::{IdMap, IdSet};

use super::{Act, Summary, Target};
use crate::timeline::{Body, TimelineItem};

/// The items that concern each message, by sequence number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relations {
    related_by_message: IdMap<(DeviceId, MessageId), Related>,
}

/// What concerns one message.
#[derive(Debug, Clone, Default)]
pub(crate) struct Related {
    pub(crate) acts: IdSet<u64>,
    /// Messages that say they hang off it.
    pub(crate) thread: IdSet<u64>,
    /// Whether it may be pinned.
    has_pin: bool,
    summary: OnceCell<Box<Summary>>,
}

impl Relations {
    /// An item came, in place of nothing.
    pub(crate) fn put(&mut self, item: &TimelineItem) {
        self.forget_summary(item.target());
        if let Body::Poll { .. } | Body::Removed { .. } = item.body {
            self.of(item.target());
        }
        if let Body::Relation(relation) = &item.body {
            let related = self.of(relation.to);
            related.acts.insert(item.seq);
            related.has_pin |= relation.act == Act::Pin;
        }
        if let Some(root) = item.body.thread() {
            self.of(root).thread.insert(item.seq);
        }
    }

    /// An item gives way to another one, or to nothing.
    pub(crate) fn remove(&mut self, item: &TimelineItem) {
        self.forget_summary(item.target());
        if let Body::Relation(relation) = &item.body {
            self.of(relation.to).acts.remove(&item.seq);
        }
        if let Some(root) = item.body.thread() {
            self.of(root).thread.remove(&item.seq);
        }
    }

    /// The same with an item that may come again: nothing of it stays here.
    pub(crate) fn forget(&mut self, item: &TimelineItem) {
        self.remove(item);
        let relation = if let Body::Relation(relation) = &item.body {
            Some(relation.to)
        } else {
            None
        };
        for message in [Some(item.target()), relation, item.body.thread()] {
            let Some(message) = message else { continue };
            let key = (message.device, message.id);
            let is_empty = |it: &Related| it.acts.is_empty() && it.thread.is_empty();
            if self.related_by_message.get(&key).is_some_and(is_empty) {
                self.related_by_message.remove(&key);
            }
        }
    }

    /// Something of this device that waits to be sent came, changed or went.
    pub(crate) fn note_waiting(&mut self, device: DeviceId, body: &Body, id: MessageId) {
        match body {
            Body::Relation(relation) => {
                let related = self.of(relation.to);
                related.has_pin |= relation.act == Act::Pin;
            }
            Body::Poll { .. } => {
                self.of(Target { device, id });
            }
            Body::Text { .. } => self.forget_summary(Target { device, id }),
            Body::CustomEmoji(_)
            | Body::Status(_)
            | Body::Removed { .. }
            | Body::Void
            | Body::Unreadable { .. } => {}
        }
    }

    /// What concerns a message, about to change.
    fn of(&mut self, message: Target) -> &mut Related {
        let related = self
            .related_by_message
            .or_default((message.device, message.id));
        related.summary.take();
        related
    }

    /// What concerns a message. `None` if nothing ever did.
    pub(crate) fn get(&self, message: Target) -> Option<&Related> {
        self.related_by_message.get(&(message.device, message.id))
    }

    /// What became of a message, made anew if something changed.
    pub(crate) fn summary(
        &self,
        message: Target,
        make: impl FnOnce(&Related) -> Summary,
    ) -> &Summary {
        let related = self.get(message);
        related.map_or(Summary::nothing(), |related| {
            related.summary.get_or_init(|| Box::new(make(related)))
        })
    }

    /// The messages that may be pinned.
    pub(crate) fn maybe_pinned(&self) -> impl Iterator<Item = Target> {
        let related = self.related_by_message.iter();
        related
            .filter(|(_, related)| related.has_pin)
            .map(|((device, id), _)| Target {
                device: *device,
                id: *id,
            })
    }

    /// The messages that may carry a thread.
    pub(crate) fn maybe_threads(&self) -> impl Iterator<Item = Target> {
        let related = self.related_by_message.iter();
        related
            .filter(|(_, related)| !related.thread.is_empty())
            .map(|((device, id), _)| Target {
                device: *device,
                id: *id,
            })
    }

    pub(crate) fn forget_summary(&mut self, message: Target) {
        let key = (message.device, message.id);
        if let Some(related) = self.related_by_message.get_mut(&key) {
            related.summary.take();
        }
    }
}
