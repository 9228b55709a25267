//! Uploads that nothing named in time are let go, a slice at a time. Files of blobs that nobody holds any more are
//! removed elsewhere: see [`crate::blobs`].

use parley_protocol::Millis;

use super::Core;
use crate::command::{Command, ExpireUploads, Outcome};
use crate::storage::blobs;

/// Between two slices. Shorter leaves less of the disk to others.
const PAUSE: Millis = 200;
/// After a disk that failed.
const RETRY: Millis = 60 * 1_000;

/// When the next slice is due.
pub(super) struct Uploads(Option<Millis>);

impl Uploads {
    /// The first slice is due at once: the relay may have been off.
    pub(super) fn new() -> Self {
        Self(Some(0))
    }

    pub(super) fn poll_timeout(&self) -> Option<Millis> {
        self.0
    }

    /// An upload waits until a time.
    pub(super) fn expect(&mut self, at: Millis) {
        self.0 = Some(self.0.map_or(at, |due| due.min(at)));
    }
}

impl Core {
    pub(super) fn uploads_timeout(&mut self, now: Millis) {
        if self.uploads.0.is_none_or(|due| due > now) {
            return;
        }
        let grace = self.files.grace;
        let slice = now.checked_sub(grace).map(|before| {
            let slice = Command::ExpireUploads(ExpireUploads { before });
            self.writer.run(&[slice]).pop()
        });
        let next = match slice {
            Some(Some(Ok(Outcome::UploadsExpired { first }))) => first
                .map(|first| first.saturating_add(grace))
                .map(|next| next.max(now.saturating_add(PAUSE))),
            // Nothing can have waited so long on a clock that has just begun.
            None => Some(grace),
            Some(_) => Some(now.saturating_add(RETRY)),
        };
        self.uploads.0 = next;
        self.blobs_changed();
    }

    /// Blobs may have come or gone.
    pub(super) fn blobs_changed(&self) {
        // A database that cannot be read now is asked again after the next change.
        if let Ok(total) = blobs::total(self.writer.db()) {
            self.shared.metrics.count_blobs(total);
        }
        self.shared.blobs_gone.notify_one();
    }
}
