//! To-device messages that nobody fetched in time are dropped: once an hour, a slice of the mailboxes at a time, so
//! that nobody waits behind a long transaction.

use std::sync::atomic::Ordering;

use parley_protocol::Millis;

use super::Core;
use crate::command::{Command, ExpireMail, Outcome};
use crate::storage::values::StreamId;

/// Between two rounds. Longer keeps messages longer than the operator wants.
const ROUND: Millis = 60 * 60 * 1_000;
/// Between two slices. Shorter leaves less of the disk to others.
const PAUSE: Millis = 200;

/// How far the round is.
pub(super) struct Expiry {
    lasts: Option<Millis>,
    due: Millis,
    /// The mailbox that the slice before ended at.
    after: StreamId,
}

impl Expiry {
    /// The first round is due at once.
    pub(super) fn new(lasts: Option<Millis>) -> Self {
        Self {
            lasts,
            due: 0,
            after: StreamId(0),
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Millis> {
        self.lasts.map(|_| self.due)
    }

    /// The next slice, if it is due.
    fn slice(&self, now: Millis) -> Option<ExpireMail> {
        let lasts = self.lasts.filter(|_| self.due <= now)?;
        Some(ExpireMail {
            after: self.after,
            before: now.saturating_sub(lasts),
        })
    }

    /// A slice is done, and `next` says where the next one begins; `None`: the round is over.
    fn go_on(&mut self, next: Option<StreamId>, now: Millis) {
        self.after = next.unwrap_or(StreamId(0));
        self.due = now.saturating_add(next.map_or(ROUND, |_| PAUSE));
    }
}

impl Core {
    pub(super) fn expiry_timeout(&mut self, now: Millis) {
        let Some(slice) = self.expiry.slice(now) else {
            return;
        };
        let mut results = self.writer.run(&[Command::ExpireMail(slice)]);
        // A disk that fails now is tried again in the next round.
        let Some(Ok(Outcome::MailExpired { dropped, next })) = results.pop() else {
            return self.expiry.go_on(None, now);
        };
        let metrics = &self.shared.metrics;
        metrics.mail_expired.fetch_add(dropped, Ordering::Relaxed);
        self.expiry.go_on(next, now);
    }
}
