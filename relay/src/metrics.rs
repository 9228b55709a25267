//! What is counted for the operator, and how it is written for Prometheus. No names, no addresses.

mod exposition;
mod histogram;
mod process;

use std::sync::atomic::{AtomicU64, Ordering};

use crate::storage::blobs::Total;
pub(crate) use exposition::{Kind, Page};
pub(crate) use histogram::Histogram;
pub(crate) use process::write as write_process;

/// Counters for the operator. They contain no names and no addresses.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    pub(crate) connections: AtomicU64,
    pub(crate) frames_in: AtomicU64,
    pub(crate) frames_out: AtomicU64,
    pub(crate) items: AtomicU64,
    pub(crate) mail: AtomicU64,
    pub(crate) mail_expired: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) commands: AtomicU64,
    pub(crate) slow_readers: AtomicU64,
    pub(crate) signals_dropped: AtomicU64,
    pub(crate) hashes: AtomicU64,
    pub(crate) secret_checks: AtomicU64,
    pub(crate) blobs: AtomicU64,
    pub(crate) blob_bytes: AtomicU64,
    pub(crate) blobs_missing: AtomicU64,
    /// Blobs whose file was found to have other bytes.
    pub(crate) blobs_damaged: AtomicU64,
    pub(crate) uploads: AtomicU64,
    pub(crate) downloads: AtomicU64,
    /// Time that commits took.
    pub(crate) commit_time: Histogram,
    /// Commits of which nothing was stored, because the disk or the database failed.
    pub(crate) commits_failed: AtomicU64,
    /// Answers to logins and the like, by why they were refused.
    pub(crate) logins_wrong: AtomicU64,
    pub(crate) logins_limited: AtomicU64,
    /// HTTP answers by the hundreds of their status.
    pub(crate) answers: [AtomicU64; 6],
    /// 1 if the database did not pass its check at the start.
    pub(crate) database_damaged: AtomicU64,
}

impl Metrics {
    pub(crate) fn add(counter: &AtomicU64, by: usize) {
        counter.fetch_add(u64::try_from(by).unwrap_or(0), Ordering::Relaxed);
    }

    /// Counts an HTTP answer.
    pub(crate) fn count_answer(&self, status: u16) {
        if let Some(class) = self.answers.get(usize::from(status / 100)) {
            class.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn count_blobs(&self, total: Total) {
        self.blobs.store(total.blobs, Ordering::Relaxed);
        self.blob_bytes.store(total.bytes, Ordering::Relaxed);
    }

    pub(crate) fn blob_bytes(&self) -> u64 {
        self.blob_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn missing_blobs(&self) -> u64 {
        self.blobs_missing.load(Ordering::Relaxed)
    }

    pub(crate) fn damaged_blobs(&self) -> u64 {
        self.blobs_damaged.load(Ordering::Relaxed)
    }

    pub(crate) fn is_database_damaged(&self) -> bool {
        self.database_damaged.load(Ordering::Relaxed) > 0
    }

    /// Writes all that is counted here.
    pub(crate) fn write(&self, page: &mut Page) {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let all = [
            (
                "parley_connections",
                Kind::Gauge,
                "Connected devices.",
                &self.connections,
            ),
            (
                "parley_frames_in_total",
                Kind::Counter,
                "Frames received.",
                &self.frames_in,
            ),
            (
                "parley_frames_out_total",
                Kind::Counter,
                "Frames queued for connections.",
                &self.frames_out,
            ),
            (
                "parley_items_total",
                Kind::Counter,
                "Items added to channels.",
                &self.items,
            ),
            (
                "parley_mail_total",
                Kind::Counter,
                "To-device messages stored in mailboxes.",
                &self.mail,
            ),
            (
                "parley_mail_expired_total",
                Kind::Counter,
                "To-device messages dropped because nobody fetched them in time.",
                &self.mail_expired,
            ),
            (
                "parley_commits_total",
                Kind::Counter,
                "Database transactions committed.",
                &self.commits,
            ),
            (
                "parley_commands_total",
                Kind::Counter,
                "Durable changes requested.",
                &self.commands,
            ),
            (
                "parley_slow_readers_total",
                Kind::Counter,
                "Connections closed because the client did not read responses.",
                &self.slow_readers,
            ),
            (
                "parley_signals_dropped_total",
                Kind::Counter,
                "Transient to-device messages dropped because a sender exceeded its share of a queue.",
                &self.signals_dropped,
            ),
            (
                "parley_password_hashes_total",
                Kind::Counter,
                "Password hashes computed for logins and registrations.",
                &self.hashes,
            ),
            (
                "parley_secret_checks_total",
                Kind::Counter,
                "Passwords, recovery keys and codes that were compared.",
                &self.secret_checks,
            ),
            (
                "parley_blobs",
                Kind::Gauge,
                "Blobs of files that are stored.",
                &self.blobs,
            ),
            (
                "parley_blob_bytes",
                Kind::Gauge,
                "Bytes that they count for.",
                &self.blob_bytes,
            ),
            (
                "parley_blobs_missing",
                Kind::Gauge,
                "Blobs whose file was missing when the relay started.",
                &self.blobs_missing,
            ),
            (
                "parley_uploads_total",
                Kind::Counter,
                "Blobs received.",
                &self.uploads,
            ),
            (
                "parley_downloads_total",
                Kind::Counter,
                "Blobs served.",
                &self.downloads,
            ),
            (
                "parley_commits_failed_total",
                Kind::Counter,
                "Database transactions that failed; nothing of them was stored.",
                &self.commits_failed,
            ),
            (
                "parley_blobs_damaged",
                Kind::Gauge,
                "Blobs whose file was found to be damaged since the relay started.",
                &self.blobs_damaged,
            ),
            (
                "parley_database_damaged",
                Kind::Gauge,
                "1 if the database did not pass its check at the start.",
                &self.database_damaged,
            ),
        ];
        for (name, kind, help, counter) in all {
            page.one(name, kind, help, read(counter));
        }
        page.many(
            "parley_logins_refused_total",
            Kind::Counter,
            "Logins, recoveries and second factors that were refused.",
            [
                ("reason=\"wrong\"", read(&self.logins_wrong)),
                ("reason=\"limited\"", read(&self.logins_limited)),
            ],
        );
        let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"];
        let classes = classes.map(|class| format!("code=\"{class}\""));
        let answers = self.answers.iter().skip(1).map(read);
        page.many(
            "parley_http_responses_total",
            Kind::Counter,
            "HTTP responses by the first digit of their status.",
            classes.iter().map(String::as_str).zip(answers),
        );
        self.commit_time.write(
            page,
            "parley_commit_seconds",
            "Time that database transactions took, the disk included.",
        );
    }
}
