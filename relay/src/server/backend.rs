//! What every connection uses of the relay: the core, the published state, time and randomness, and the limits on
//! callers that have not said hello.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parley_protocol::error::ErrorCode;
use parley_protocol::ids::DeviceId;

use super::core_thread::CoreHandle;
use super::in_flight::InFlight;
use crate::auth::rate_limit::{AddressLimit, Rate};
use crate::clock::Clock;
use crate::connection_slots::CallerSlots;
use crate::core::ConnectionId;
use crate::diagnosis::Diagnosis;
use crate::entropy::{Entropy, random};
use crate::memory_budget::{MemoryBudget, Reservation};
use crate::shared::Shared;

/// Bytes that sockets may send before their hello, which is 1 to 25 KiB. All devices of a household may connect at
/// once.
const ALL_HELLOS: usize = 16 * 1024 * 1024;
const HELLOS_PER_ADDRESS: usize = 2 * 1024 * 1024;

pub(crate) struct Backend {
    pub(crate) shared: Arc<Shared>,
    pub(crate) core: CoreHandle,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) in_flight: InFlight,
    /// What is wrong with the way to people.
    pub(crate) diagnosis: Arc<Diagnosis>,
    entropy: Mutex<Box<dyn Entropy>>,
    sockets: Mutex<AddressLimit>,
    hellos: Arc<MemoryBudget>,
    next_connection: AtomicU64,
}

impl Backend {
    pub(crate) fn new(
        shared: Arc<Shared>,
        core: CoreHandle,
        clock: Arc<dyn Clock>,
        entropy: Box<dyn Entropy>,
        socket_rate: Rate,
    ) -> Self {
        Self {
            shared,
            core,
            clock,
            in_flight: InFlight::default(),
            diagnosis: Arc::default(),
            entropy: Mutex::new(entropy),
            sockets: Mutex::new(AddressLimit::new(socket_rate)),
            hellos: MemoryBudget::new(ALL_HELLOS, HELLOS_PER_ADDRESS),
            next_connection: AtomicU64::new(1),
        }
    }

    pub(crate) fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.next_connection.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        random(&mut **self.entropy())
    }

    pub(crate) fn entropy(&self) -> MutexGuard<'_, Box<dyn Entropy>> {
        self.entropy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a member was let in from this address lately.
    pub(crate) fn is_known(&self, from: IpAddr) -> bool {
        self.shared.known_addresses.knows(from, self.clock.now())
    }

    /// Counts a new socket against the rate of its address.
    pub(crate) fn count_socket(&self, from: IpAddr) -> Result<(), ErrorCode> {
        self.sockets().take(from, self.clock.now())
    }

    /// Memory for what a socket sends before its hello.
    pub(crate) fn reserve_hello(&self, from: IpAddr) -> Reservation {
        self.hellos.reserve(from, self.is_known(from))
    }

    /// A member's device said hello. Its socket no longer counts against the rate, so that a house full of members
    /// can reconnect together after a restart.
    pub(crate) fn let_in(&self, device: &DeviceId, from: IpAddr, slots: &CallerSlots) {
        slots.keep();
        self.sockets().give_back(from);
        let community = self.shared.community();
        let known = community.as_ref().and_then(|all| all.active_device(device));
        if let Some(device) = known {
            let now = self.clock.now();
            self.shared.known_addresses.saw(device.user, from, now);
        }
    }

    fn sockets(&self) -> MutexGuard<'_, AddressLimit> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
