//! What the relay notices of itself as it runs: since when, and whether anybody came from outside.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use parley_protocol::Millis;
use parley_protocol::admin::FindingsReport;
use tokio::sync::Mutex;

use crate::config::Settings;
use crate::doctor::address::Reach;
use crate::doctor::facts::Told;

pub(super) struct Noticed {
    pub(super) started_at: Millis,
    /// What of the settings the doctor looks at.
    pub(super) told: Told,
    /// The data folder.
    pub(super) data: PathBuf,
    /// When a request last came from a public address; 0 if none did.
    reached_at: AtomicU64,
    /// What was found last. Locked while it is looked for: a second look at the same time would find the same.
    pub(super) found: Mutex<Option<FindingsReport>>,
}

impl Noticed {
    pub(super) fn new(settings: &Settings, now: Millis) -> Self {
        Self {
            started_at: now,
            told: Told::of(settings),
            data: settings.data.clone(),
            reached_at: AtomicU64::new(0),
            found: Mutex::default(),
        }
    }

    /// Somebody asks from there.
    pub(super) fn came_from(&self, address: IpAddr, now: Millis) {
        if Reach::of(address) == Reach::Public {
            self.reached_at.store(now.max(1), Ordering::Relaxed);
        }
    }

    /// When a request last came from a public address, since the start.
    pub(super) fn reached_at(&self) -> Option<Millis> {
        let at = self.reached_at.load(Ordering::Relaxed);
        (at > 0).then_some(at)
    }
}
