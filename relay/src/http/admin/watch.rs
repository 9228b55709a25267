//! What the relay notices of itself as it runs: since when, and whether anybody came from outside.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use parley_protocol::Millis;

use crate::config::Settings;
use crate::doctor::address::Reach;
use crate::doctor::facts::Told;

pub(in crate::http) struct Watch {
    pub(super) started_at: Millis,
    /// What of the settings the doctor looks at.
    pub(super) told: Told,
    /// When a request last came from a public address; 0 if none did.
    reached_at: AtomicU64,
}

impl Watch {
    pub(in crate::http) fn new(settings: &Settings, now: Millis) -> Self {
        Self {
            started_at: now,
            told: Told::of(settings),
            reached_at: AtomicU64::new(0),
        }
    }

    /// Somebody asks from there.
    pub(in crate::http) fn came_from(&self, address: IpAddr, now: Millis) {
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
