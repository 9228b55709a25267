//! How backups go: when, how long, how large, what failed. Kept in the data folder, so that a backup made by hand is
//! known to the running relay, and read by the metrics and the admin page. No secret, no name.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use parley_protocol::Millis;
use serde::{Deserialize, Serialize};

const FILE: &str = "backup-status.json";

/// How backups go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// Folder, or `s3://bucket/prefix`. `None` if no backups are made.
    pub place: Option<String>,
    /// When the one that is being made was begun, in milliseconds since the Unix epoch.
    pub running_since: Option<Millis>,
    /// When the next is due.
    pub next_at: Option<Millis>,
    /// The last that was made.
    pub last: Option<Done>,
    /// The failure after it, if there was one.
    pub failed: Option<Failed>,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Its name.
    pub id: String,
    /// When it was begun.
    pub at: Millis,
    /// How long it took, in milliseconds.
    pub took: Millis,
    /// Bytes of the database.
    pub database_bytes: u64,
    /// Number of blobs that belong to it.
    pub blobs: u64,
    /// Bytes of them.
    pub blob_bytes: u64,
    /// Bytes that were sent; blobs that were there already are not sent again.
    pub sent_bytes: u64,
    /// Blobs that the relay did not have as they should be.
    pub absent: u64,
    /// What somebody should look at, as sentences.
    pub warnings: Vec<String>,
}

/// A backup that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// When.
    pub at: Millis,
    /// Why, as sentences for the operator.
    pub why: String,
    /// How many failed in a row.
    pub times: u32,
}

/// The status of one data folder.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    file: PathBuf,
    /// What only this process knows.
    own: Arc<Mutex<Status>>,
}

impl Board {
    pub(crate) fn of(data: &Path, place: Option<String>) -> Self {
        let own = Status {
            place,
            ..Status::default()
        };
        Self {
            file: data.join(FILE),
            own: Arc::new(Mutex::new(own)),
        }
    }

    /// The status now. A file that cannot be read counts as none.
    pub(crate) fn now(&self) -> Status {
        let own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = self.stored();
        Status {
            last: stored.last,
            failed: stored.failed,
            ..own.clone()
        }
    }

    fn stored(&self) -> Status {
        let text = fs::read(&self.file).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    pub(crate) fn is_due(&self, at: Option<Millis>) {
        self.change(|own| own.next_at = at);
    }

    pub(crate) fn begins(&self, at: Millis) {
        self.change(|own| own.running_since = Some(at));
    }

    pub(crate) fn succeeded(&self, done: Done) {
        self.change(|own| own.running_since = None);
        self.store(&Status {
            last: Some(done),
            ..Status::default()
        });
    }

    pub(crate) fn failed(&self, at: Millis, why: String) {
        self.change(|own| own.running_since = None);
        let mut stored = self.stored();
        let times = stored.failed.map_or(0, |before| before.times);
        stored.failed = Some(Failed {
            at,
            why,
            times: times.saturating_add(1),
        });
        self.store(&stored);
    }

    fn change(&self, change: impl FnOnce(&mut Status)) {
        change(&mut self.own.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A status that cannot be stored must not make a backup fail.
    fn store(&self, status: &Status) {
        let text = serde_json::to_vec_pretty(status).unwrap_or_default();
        let new = self.file.with_extension("new");
        let stored = fs::write(&new, text).and_then(|()| fs::rename(&new, &self.file));
        if let Err(error) = stored {
            tracing::warn!(%error, "cannot store how the backup went");
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn done(at: Millis) -> Done {
        Done {
            id: "one".to_owned(),
            at,
            took: 5,
            database_bytes: 1,
            blobs: 2,
            blob_bytes: 3,
            sent_bytes: 4,
            absent: 0,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn a_failure_leaves_the_last_good_one_and_a_success_ends_it() {
        let data = TempDir::new().unwrap();
        let board = Board::of(data.path(), Some("/backups".to_owned()));
        board.begins(10);
        assert_eq!(board.now().running_since, Some(10));
        board.succeeded(done(10));
        board.failed(20, "full".to_owned());
        board.failed(30, "full".to_owned());
        // Another process sees it, too.
        let other = Board::of(data.path(), None).now();
        assert_eq!(other.last, Some(done(10)));
        assert_eq!(other.failed.map(|failed| failed.times), Some(2));
        board.succeeded(done(40));
        let now = board.now();
        assert_eq!((now.last, now.failed), (Some(done(40)), None));
        assert_eq!(now.place.as_deref(), Some("/backups"));
    }
}
