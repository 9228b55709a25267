//! Messages that disappear: those whose time is over are dropped, a slice at a time. What was dropped or deleted is
//! then overwritten in the write-ahead log too, where the pages from before it still stand.

use parley_protocol::Millis;
use parley_protocol::channel::ItemContent;
use parley_protocol::ids::ChannelId;

use super::Core;
use crate::command::{Command, ExpireItems, Outcome};

/// Between two slices. Shorter leaves less of the disk to others.
const PAUSE: Millis = 200;
/// After a disk that failed.
const RETRY: Millis = 60 * 1_000;
/// The write-ahead log keeps what was deleted no longer than this. Shorter moves it into the file more often.
const SCRUB_WITHIN: Millis = 60 * 1_000;

/// What is due, and when.
pub(super) struct Disappearing {
    slice: Option<Millis>,
    scrub: Option<Millis>,
}

impl Disappearing {
    /// The first slice is due at once: the relay may have been off.
    pub(super) fn new() -> Self {
        Self {
            slice: Some(0),
            scrub: None,
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Millis> {
        self.slice.into_iter().chain(self.scrub).min()
    }

    fn expect_slice(&mut self, at: Millis) {
        self.slice = Some(self.slice.map_or(at, |due| due.min(at)));
    }

    /// Something was deleted.
    pub(super) fn note_deleted(&mut self, at: Millis) {
        self.scrub.get_or_insert(at.saturating_add(SCRUB_WITHIN));
    }
}

impl Core {
    /// An item was added, which may have an end.
    pub(super) fn note_expiry(&mut self, channel: &ChannelId, content: &ItemContent, at: Millis) {
        let channels = self.writer.community().map(|it| it.channels());
        let found = channels.and_then(|channels| channels.get(channel));
        let seconds = found.and_then(|found| found.details.expires_after);
        if let (Some(seconds), ItemContent::Message(_)) = (seconds, content) {
            let lasts = u64::from(seconds).saturating_mul(1_000);
            self.disappearing.expect_slice(at.saturating_add(lasts));
        }
    }

    pub(super) fn disappearing_timeout(&mut self, now: Millis) {
        if self.disappearing.slice.is_some_and(|due| due <= now) {
            self.expire_items(now);
        }
        if self.disappearing.scrub.is_some_and(|due| due <= now) {
            // Somebody may be reading in it.
            let done = self.writer.scrub();
            self.disappearing.scrub = (!done).then_some(now.saturating_add(SCRUB_WITHIN));
        }
    }

    fn expire_items(&mut self, now: Millis) {
        let slice = Command::ExpireItems(ExpireItems { at: now });
        let mut results = self.writer.run(&[slice]);
        let Some(Ok(Outcome::ItemsExpired { dropped, next })) = results.pop() else {
            self.disappearing.slice = Some(now.saturating_add(RETRY));
            return;
        };
        if dropped > 0 {
            self.disappearing.note_deleted(now);
            self.blobs_changed();
        }
        self.disappearing.slice = next.map(|next| next.max(now.saturating_add(PAUSE)));
    }
}
