//! What became of messages, by all that was done with them: in the channel, and by this device on its way there.

use parley_protocol::ids::{DeviceId, UserId};

use super::{Body, OutboxItem, OutboxState, Timeline, TimelineItem};
use crate::timeline::relations::{Act, Done, Fold, Message, Related, Summary, Target, Thread};

/// A message with which something can be done.
struct Subject<'a> {
    target: Target,
    author: UserId,
    body: &'a Body,
    /// Only what stands after it can concern it. `None`: it waits to be sent.
    seq: Option<u64>,
}

impl Timeline {
    /// What became of a message. `me`: as [`crate::Engine::me`] says.
    pub fn summary(&self, item: &TimelineItem, me: (UserId, DeviceId)) -> &Summary {
        let subject = Subject {
            target: item.target(),
            author: item.user,
            body: &item.body,
            seq: Some(item.seq),
        };
        // The id of what was not read is only the relay's word.
        if (item.is_read() || item.is_removed()) && item.is_line() {
            self.summary_of(&subject, me)
        } else {
            Summary::nothing()
        }
    }

    /// What became of a message that waits to be sent.
    pub fn summary_of_waiting(&self, item: &OutboxItem, me: (UserId, DeviceId)) -> &Summary {
        let subject = Subject {
            target: Target {
                device: me.1,
                id: item.id,
            },
            author: me.0,
            body: &item.body,
            seq: None,
        };
        self.summary_of(&subject, me)
    }

    /// The message that a reply, a thread or a relation names, if it is here.
    pub fn find(&self, target: Target) -> Option<&TimelineItem> {
        let seq = self.index.seq_of_read(target.device, target.id)?;
        self.item_at(seq)
    }

    /// The message that another one hangs off. `None` if it stands in the channel itself: a thread cannot hang off a
    /// message of a thread, off what is no message, or off what came later. What was deleted hangs off nothing.
    pub fn thread_of(&self, item: &TimelineItem) -> Option<Target> {
        let root = item.body.thread().filter(|root| *root != item.target())?;
        if self.deleted_by(item).is_some() {
            return None;
        }
        let can_carry = |found: &TimelineItem| found.seq < item.seq && can_carry_thread(found);
        self.find(root).is_none_or(can_carry).then_some(root)
    }

    /// The messages that hang off one, oldest first.
    pub fn thread(&self, root: Target) -> impl DoubleEndedIterator<Item = &TimelineItem> {
        let related = self.relations.get(root);
        let seqs = related
            .into_iter()
            .flat_map(|related| related.thread.iter());
        seqs.filter_map(|seq| self.item_at(seq))
            .filter(move |item| self.thread_of(item) == Some(root))
    }

    /// What the author of a message wrote in place of it, oldest first.
    pub(crate) fn edits_of(&self, message: &TimelineItem) -> impl Iterator<Item = &TimelineItem> {
        let related = self.relations.get(message.target());
        let acts = related.into_iter().flat_map(|related| related.acts.iter());
        let author = message.user;
        acts.filter_map(|seq| self.item_at(seq))
            .filter(move |item| {
                let is_edit =
                    matches!(&item.body, Body::Relation(it) if matches!(it.act, Act::Edit(_)));
                is_edit && item.user == author
            })
    }

    /// Who deleted a message, by what stands in the channel.
    pub(crate) fn deleted_by(&self, item: &TimelineItem) -> Option<UserId> {
        if let Body::Removed { by, .. } = item.body {
            return Some(by);
        }
        let related = self.relations.get(item.target())?;
        let later = related.acts.range(item.seq.saturating_add(1)..);
        let mut acts = later.filter_map(|seq| self.item_at(seq));
        let deletes = |done: &&TimelineItem| {
            let is_deletion = matches!(&done.body, Body::Relation(it) if it.act == Act::Delete);
            is_deletion && (done.user == item.user || done.by_right)
        };
        acts.find(deletes).map(|done| done.user)
    }

    /// A deletion came or went: the thread that its message is in has another length.
    pub(super) fn note_deletion(&mut self, item: &TimelineItem) {
        let Body::Relation(relation) = &item.body else {
            return;
        };
        let message = self.find(relation.to);
        if relation.act == Act::Delete
            && let Some(root) = message.and_then(|message| message.body.thread())
        {
            self.relations.forget_summary(root);
        }
    }

    /// The messages that are pinned, as far as they and their pins are here, oldest first.
    pub fn pinned(&self, me: (UserId, DeviceId)) -> Vec<&TimelineItem> {
        let found = self.relations.maybe_pinned();
        let pinned = found
            .filter_map(|target| self.find(target))
            .filter(|item| self.summary(item, me).pinned);
        crate::sorted::by_number(pinned, |item| item.seq)
    }

    /// The messages that carry a thread, as far as they are here and not deleted, in no order.
    pub fn threads(&self, me: (UserId, DeviceId)) -> impl Iterator<Item = (&TimelineItem, Thread)> {
        let found = self.relations.maybe_threads();
        found.filter_map(move |target| {
            let root = self.find(target).filter(|root| can_carry_thread(root))?;
            let summary = self.summary(root, me);
            let thread = summary.thread.filter(|_| summary.deleted.is_none())?;
            Some((root, thread))
        })
    }

    fn summary_of(&self, subject: &Subject<'_>, me: (UserId, DeviceId)) -> &Summary {
        self.relations.summary(subject.target, |related| {
            self.make_summary(subject, related, me)
        })
    }

    fn make_summary(
        &self,
        subject: &Subject<'_>,
        related: &Related,
        (me, _): (UserId, DeviceId),
    ) -> Summary {
        let message = Message {
            author: subject.author,
            is_text: matches!(subject.body, Body::Text { .. }),
            poll: match subject.body {
                Body::Poll { poll, .. } => Some(poll),
                Body::Text { .. }
                | Body::Removed { .. }
                | Body::Relation(_)
                | Body::CustomEmoji(_)
                | Body::Status(_)
                | Body::Void
                | Body::Unreadable { .. } => None,
            },
        };
        let mut fold = Fold::new(message, me);
        for seq in &related.acts {
            if let Some(item) = self.item_at(seq)
                && subject.seq.is_some_and(|after| after < seq)
                && let Body::Relation(relation) = &item.body
            {
                fold.take(Done {
                    by: item.user,
                    at: item.at,
                    act: &relation.act,
                    by_right: item.by_right,
                });
            }
        }
        let (mut waiting, mut failed) = (false, Vec::new());
        for item in self.outbox_about(subject.target) {
            let Body::Relation(relation) = &item.body else {
                continue;
            };
            if let OutboxState::Failed { .. } = item.state {
                failed.push(item.id);
                continue;
            }
            waiting = true;
            fold.take(Done {
                by: me,
                at: item.at,
                act: &relation.act,
                // It was asked when it was written.
                by_right: true,
            });
        }
        let made = match subject.body {
            Body::Removed { by, .. } => Summary {
                deleted: Some(*by),
                ..Summary::default()
            },
            Body::Text { .. }
            | Body::Poll { .. }
            | Body::Relation(_)
            | Body::CustomEmoji(_)
            | Body::Status(_)
            | Body::Void
            | Body::Unreadable { .. } => fold.finish(),
        };
        Summary {
            thread: subject.seq.and_then(|seq| self.thread_at(seq, related)),
            waiting,
            failed,
            ..made
        }
    }

    fn thread_at(&self, seq: u64, related: &Related) -> Option<Thread> {
        let can_carry = self.item_at(seq).is_some_and(can_carry_thread);
        let is_there = |seq: &u64| {
            let item = self.item_at(*seq);
            item.is_some_and(|item| self.deleted_by(item).is_none())
        };
        let mut seqs = related
            .thread
            .range(seq.saturating_add(1)..)
            .filter(is_there);
        let last_seq = seqs.next_back().filter(|_| can_carry)?;
        Some(Thread {
            count: seqs.count().saturating_add(1),
            last_seq,
        })
    }

    /// What waits to be done with a message, in the order in which it was written.
    pub(crate) fn outbox_about(&self, target: Target) -> impl Iterator<Item = &OutboxItem> {
        self.outbox.iter().filter(move |item| item.is_about(target))
    }

    /// Whether a thread can hang off a message, as far as it is here.
    pub(crate) fn can_carry_thread(&self, root: Target) -> bool {
        self.find(root).is_none_or(can_carry_thread)
    }
}

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;

/// Only what stands in the channel itself, of whatever kind.
fn can_carry_thread(item: &TimelineItem) -> bool {
    item.is_line() && item.body.thread().is_none()
}
