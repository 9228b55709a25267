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
use crate::metrics::Metrics;

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
