//! State that connections and handlers read without asking the core: the committed community, live devices, token
//! keys, known addresses, rate limits, and counters. Only the core makes durable changes.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use parley_protocol::community::Community;
use parley_protocol::ids::DeviceId;
use tokio::sync::Notify;

use crate::auth::known_addresses::KnownAddresses;
use crate::auth::pace::Pace;
use crate::auth::quota::Quotas;
use crate::auth::rate_limit::Rate;
use crate::auth::token::AccessTokens;
use crate::storage::blobs::Total;

#[derive(Debug)]
pub(crate) struct Shared {
    community: RwLock<Option<Arc<Community>>>,
    live_devices: RwLock<HashSet<DeviceId>>,
    pub(crate) tokens: AccessTokens,
    pub(crate) known_addresses: Arc<KnownAddresses>,
    pub(crate) pace: Pace,
    pub(crate) quotas: Quotas,
    pub(crate) metrics: Metrics,
    pub(crate) calls: Calls,
    /// Rung when there may be files to remove of blobs that nobody holds any more.
    pub(crate) blobs_gone: Notify,
}

impl Shared {
    pub(crate) fn new(
        community: Option<Arc<Community>>,
        tokens: AccessTokens,
        frame_rate: Rate,
        quota_factor: u32,
    ) -> Self {
        Self {
            community: RwLock::new(community),
            live_devices: RwLock::default(),
            tokens,
            known_addresses: Arc::default(),
            pace: Pace::new(frame_rate),
            quotas: Quotas::new(quota_factor),
            metrics: Metrics::default(),
            calls: Calls::default(),
            blobs_gone: Notify::new(),
        }
    }

    pub(crate) fn community(&self) -> Option<Arc<Community>> {
        let community = self.community.read();
        community.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a device is connected, or was within the grace period for TURN.
    pub(crate) fn is_live(&self, device: &DeviceId) -> bool {
        let live = self.live_devices.read();
        live.unwrap_or_else(PoisonError::into_inner)
            .contains(device)
    }

    pub(crate) fn publish(&self, community: Option<&Arc<Community>>) {
        let mut published = self
            .community
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *published = community.cloned();
    }

    pub(crate) fn set_live(&self, device: DeviceId, live: bool) {
        let mut devices = self
            .live_devices
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if live {
            devices.insert(device);
        } else {
            devices.remove(&device);
        }
    }
}

/// How many are in calls.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    channels: AtomicU64,
    devices: AtomicU64,
}

impl Calls {
    pub(crate) fn count(&self, (channels, devices): (usize, usize)) {
        let number = |size| u64::try_from(size).unwrap_or(u64::MAX);
        self.channels.store(number(channels), Ordering::Relaxed);
        self.devices.store(number(devices), Ordering::Relaxed);
    }

    /// Channels with somebody in them, and devices in these.
    pub(crate) fn size(&self) -> (u64, u64) {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (read(&self.channels), read(&self.devices))
    }
}

/// Prometheus name, type, help text and value.
pub(crate) type Counter = (&'static str, &'static str, &'static str, u64);

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
    pub(crate) uploads: AtomicU64,
    pub(crate) downloads: AtomicU64,
}

impl Metrics {
    pub(crate) fn add(counter: &AtomicU64, by: usize) {
        counter.fetch_add(u64::try_from(by).unwrap_or(0), Ordering::Relaxed);
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

    pub(crate) fn all(&self) -> [Counter; 17] {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        [
            (
                "parley_connections",
                "gauge",
                "Connected devices.",
                read(&self.connections),
            ),
            (
                "parley_frames_in_total",
                "counter",
                "Frames received.",
                read(&self.frames_in),
            ),
            (
                "parley_frames_out_total",
                "counter",
                "Frames queued for connections.",
                read(&self.frames_out),
            ),
            (
                "parley_items_total",
                "counter",
                "Items added to channels.",
                read(&self.items),
            ),
            (
                "parley_mail_total",
                "counter",
                "To-device messages stored in mailboxes.",
                read(&self.mail),
            ),
            (
                "parley_mail_expired_total",
                "counter",
                "To-device messages dropped because nobody fetched them in time.",
                read(&self.mail_expired),
            ),
            (
                "parley_commits_total",
                "counter",
                "Database transactions committed.",
                read(&self.commits),
            ),
            (
                "parley_commands_total",
                "counter",
                "Durable changes requested.",
                read(&self.commands),
            ),
            (
                "parley_slow_readers_total",
                "counter",
                "Connections closed because the client did not read responses.",
                read(&self.slow_readers),
            ),
            (
                "parley_signals_dropped_total",
                "counter",
                "Transient to-device messages dropped because a sender exceeded its share of a queue.",
                read(&self.signals_dropped),
            ),
            (
                "parley_password_hashes_total",
                "counter",
                "Password hashes computed for logins and registrations.",
                read(&self.hashes),
            ),
            (
                "parley_secret_checks_total",
                "counter",
                "Passwords, recovery keys and codes that were compared.",
                read(&self.secret_checks),
            ),
            (
                "parley_blobs",
                "gauge",
                "Blobs of files that are stored.",
                read(&self.blobs),
            ),
            (
                "parley_blob_bytes",
                "gauge",
                "Bytes that they count for.",
                read(&self.blob_bytes),
            ),
            (
                "parley_blobs_missing",
                "gauge",
                "Blobs whose file was missing when the relay started.",
                read(&self.blobs_missing),
            ),
            (
                "parley_uploads_total",
                "counter",
                "Blobs received.",
                read(&self.uploads),
            ),
            (
                "parley_downloads_total",
                "counter",
                "Blobs served.",
                read(&self.downloads),
            ),
        ]
    }
}
