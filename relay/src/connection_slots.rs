//! Limits the number of open connections, in all and per network. A slot is free again when it is dropped. No
//! sockets, no clock.
//!
//! When no slot is left, the oldest unauthenticated connection of the network that has most of them is evicted; an
//! authenticated one never is. So idle connections keep nobody out, and a newcomer gets as much time for its hello
//! as the crowd leaves each of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::network::{Network, networks, site};

/// Unauthenticated connections from a known address that strangers cannot evict. More would let a member's
/// neighbours hold slots like members.
const TRUSTED_PER_ADDRESS: usize = 16;

#[derive(Debug)]
pub(crate) struct Slots {
    all: usize,
    per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    next: u64,
    by_network: HashMap<Network, Counted>,
    /// Connections that have not said hello, by age.
    strangers: BTreeMap<u64, Stranger>,
    /// Sites ordered by their number of strangers, trusted ones not counted.
    crowds: BTreeSet<(usize, Network)>,
}

#[derive(Debug, Default)]
struct Counted {
    all: usize,
    /// Strangers that any newcomer may evict.
    strangers: BTreeSet<u64>,
    trusted: BTreeSet<u64>,
}

#[derive(Debug)]
struct Stranger {
    from: IpAddr,
    is_trusted: bool,
    eviction: Arc<Eviction>,
}

#[derive(Debug, Default)]
struct Eviction {
    is_evicted: AtomicBool,
    bell: Notify,
}

/// The slots of one connection: that of its TCP connection, and behind a proxy that of the forwarded address.
#[derive(Debug)]
pub(crate) struct CallerSlots {
    pub(crate) own: Option<Arc<Slot>>,
    pub(crate) forwarded: Option<Slot>,
}

#[derive(Debug)]
pub(crate) struct Slot {
    slots: Arc<Slots>,
    from: IpAddr,
    number: u64,
    eviction: Arc<Eviction>,
}

impl Slots {
    pub(crate) fn new(all: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self {
            all,
            per_address,
            taken: Mutex::default(),
        })
    }

    /// Takes a slot for a connection from `from`, evicting a stranger if none is free. `is_known`: a member was let
    /// in from this address lately.
    pub(crate) fn take(self: &Arc<Self>, from: IpAddr, is_known: bool) -> Option<Slot> {
        self.take_at_most(self.per_address, from, is_known)
    }

    /// The same for an address behind which many are, so that it has no limit of its own.
    pub(crate) fn take_for_many(self: &Arc<Self>, from: IpAddr, is_known: bool) -> Option<Slot> {
        self.take_at_most(usize::MAX, from, is_known)
    }

    fn take_at_most(
        self: &Arc<Self>,
        per_address: usize,
        from: IpAddr,
        is_known: bool,
    ) -> Option<Slot> {
        let mut taken = self.taken();
        for network in networks(from) {
            let share = usize::try_from(network.share()).unwrap_or(1);
            if taken.count(&network) >= per_address.saturating_mul(share) {
                let oldest = taken.oldest_in(&network)?;
                taken.evict(oldest);
            }
        }
        if taken.all >= self.all {
            let oldest = taken.oldest_of_the_crowd(is_known)?;
            taken.evict(oldest);
        }
        let number = taken.next;
        let eviction = Arc::new(Eviction::default());
        taken.add(number, from, is_known, Arc::clone(&eviction));
        drop(taken);
        Some(Slot {
            slots: Arc::clone(self),
            from,
            number,
            eviction,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CallerSlots {
    /// The connection is authenticated: its slots can no longer be evicted.
    pub(crate) fn keep(&self) {
        self.slots().for_each(Slot::keep);
    }

    /// Waits until one of the slots is evicted.
    pub(crate) async fn evicted(&self) {
        let wait = async |slot: Option<&Slot>| match slot {
            Some(slot) => slot.evicted().await,
            None => std::future::pending().await,
        };
        tokio::select! {
            () = wait(self.own.as_deref()) => {}
            () = wait(self.forwarded.as_ref()) => {}
        }
    }

    fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.own
            .as_deref()
            .into_iter()
            .chain(self.forwarded.as_ref())
    }
}

impl Slot {
    /// The connection is authenticated: its slot can no longer be evicted.
    pub(crate) fn keep(&self) {
        self.slots.taken().forget_stranger(self.number);
    }

    /// Waits until the slot is evicted.
    pub(crate) async fn evicted(&self) {
        if !self.eviction.is_evicted.load(Ordering::Relaxed) {
            self.eviction.bell.notified().await;
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        if !self.eviction.is_evicted.load(Ordering::Relaxed) {
            taken.forget_stranger(self.number);
            taken.free(self.from);
        }
    }
}

impl Taken {
    fn count(&self, network: &Network) -> usize {
        self.by_network.get(network).map_or(0, |here| here.all)
    }

    fn add(&mut self, number: u64, from: IpAddr, is_known: bool, eviction: Arc<Eviction>) {
        self.next = self.next.saturating_add(1);
        self.all = self.all.saturating_add(1);
        let trusted = networks(from).next().and_then(|household| {
            let here = self.by_network.get(&household)?;
            Some(here.trusted.len())
        });
        let is_trusted = is_known && trusted.unwrap_or(0) < TRUSTED_PER_ADDRESS;
        self.recount(from, |here| {
            here.all = here.all.saturating_add(1);
            here.list(is_trusted).insert(number);
        });
        let stranger = Stranger {
            from,
            is_trusted,
            eviction,
        };
        self.strangers.insert(number, stranger);
    }

    /// The oldest stranger of a network; untrusted ones first.
    fn oldest_in(&self, network: &Network) -> Option<u64> {
        let here = self.by_network.get(network)?;
        let oldest = here.strangers.first().or(here.trusted.first());
        oldest.copied()
    }

    fn oldest_of_the_crowd(&self, is_known: bool) -> Option<u64> {
        let largest = self.crowds.last();
        let oldest = largest.and_then(|(_, site)| self.oldest_in(site));
        if oldest.is_some() || !is_known {
            return oldest;
        }
        self.strangers.keys().next().copied()
    }

    fn evict(&mut self, number: u64) {
        if let Some(stranger) = self.forget_stranger(number) {
            self.free(stranger.from);
            stranger.eviction.is_evicted.store(true, Ordering::Relaxed);
            stranger.eviction.bell.notify_one();
        }
    }

    /// Exempts the connection from eviction.
    fn forget_stranger(&mut self, number: u64) -> Option<Stranger> {
        let stranger = self.strangers.remove(&number)?;
        self.recount(stranger.from, |here| {
            here.list(stranger.is_trusted).remove(&number);
        });
        Some(stranger)
    }

    fn free(&mut self, from: IpAddr) {
        self.all = self.all.saturating_sub(1);
        self.recount(from, |here| here.all = here.all.saturating_sub(1));
    }

    /// Updates the counts of every network of an address.
    fn recount(&mut self, from: IpAddr, change: impl Fn(&mut Counted)) {
        let site = site(from);
        for network in networks(from) {
            let here = self.by_network.entry(network).or_default();
            let before = here.strangers.len();
            change(here);
            let after = here.strangers.len();
            if here.all == 0 {
                self.by_network.remove(&network);
            }
            if network == site && before != after {
                self.crowds.remove(&(before, site));
                if after > 0 {
                    self.crowds.insert((after, site));
                }
            }
        }
    }
}

impl Counted {
    fn list(&mut self, is_trusted: bool) -> &mut BTreeSet<u64> {
        if is_trusted {
            &mut self.trusted
        } else {
            &mut self.strangers
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn member(slots: &Arc<Slots>, from: &str) -> Option<Slot> {
        let slot = slots.take(address(from), false)?;
        slot.keep();
        Some(slot)
    }

    fn stranger(slots: &Arc<Slots>, from: &str) -> Slot {
        slots.take(address(from), false).unwrap()
    }

    fn is_evicted(slot: &Slot) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        pin!(slot.evicted()).poll(&mut context).is_ready()
    }

    #[test]
    fn members_of_one_address_cannot_take_every_place() {
        let slots = Slots::new(4, 2);
        let first = member(&slots, "192.0.2.1");
        let second = member(&slots, "192.0.2.1");
        assert!(first.is_some() && second.is_some());
        assert!(member(&slots, "192.0.2.1").is_none());
        let _third = member(&slots, "192.0.2.2").unwrap();
        drop(first);
        let _fourth = member(&slots, "192.0.2.1").unwrap();
        let _fifth = member(&slots, "192.0.2.3").unwrap();
        assert!(member(&slots, "192.0.2.4").is_none());
    }

    #[test]
    fn a_household_a_customer_and_a_site_have_their_shares() {
        let in_household = |number: u16| format!("2001:db8:1:200:{number:x}::1");
        let in_customer = |number: u16| format!("2001:db8:1:{:x}::1", 0x200 + number);
        let in_site = |number: u16| format!("2001:db8:1:{:x}::1", 0x100 * number);
        let get_in = |address: &dyn Fn(u16) -> String| {
            let slots = Slots::new(100, 1);
            let all = (0..20).filter_map(|number| member(&slots, &address(number)));
            all.collect::<Vec<Slot>>().len()
        };
        assert_eq!(get_in(&in_household), 1);
        assert_eq!(get_in(&in_customer), 2);
        assert_eq!(get_in(&in_site), 4);
    }

    #[test]
    fn mapped_addresses_are_what_they_map() {
        let slots = Slots::new(10, 1);
        let _mapped = member(&slots, "::ffff:192.0.2.1").unwrap();
        assert!(member(&slots, "192.0.2.1").is_none());
    }

    #[test]
    fn the_oldest_stranger_of_the_largest_crowd_gives_way() {
        let slots = Slots::new(4, 100);
        let honest = stranger(&slots, "198.51.100.1");
        let crowd: Vec<Slot> = (1..=3)
            .map(|number| stranger(&slots, &format!("192.0.2.{number}")))
            .collect();
        let newcomer = stranger(&slots, "203.0.113.1");
        assert!(is_evicted(&crowd[0]));
        for other in [&honest, &crowd[1], &crowd[2], &newcomer] {
            assert!(!is_evicted(other));
        }
        // What was evicted is not counted twice.
        drop(crowd);
        assert_eq!(slots.taken().all, 2);
    }

    #[test]
    fn who_was_let_in_stays() {
        let slots = Slots::new(2, 100);
        let old = member(&slots, "192.0.2.1").unwrap();
        let stranger = stranger(&slots, "192.0.2.2");
        let newer = member(&slots, "192.0.2.3").unwrap();
        assert!(is_evicted(&stranger) && !is_evicted(&old));
        assert!(slots.take(address("192.0.2.4"), true).is_none());
        drop(newer);
        assert!(slots.take(address("192.0.2.4"), false).is_some());
    }

    #[test]
    fn strangers_push_nobody_out_where_members_were() {
        let slots = Slots::new(2, 100);
        let returning = slots.take(address("192.0.2.1"), true).unwrap();
        let other = slots.take(address("192.0.2.1"), true).unwrap();
        assert!(slots.take(address("198.51.100.1"), false).is_none());
        let third = slots.take(address("192.0.2.9"), true).unwrap();
        assert!(is_evicted(&returning), "among themselves the oldest goes");
        drop((other, third));
    }

    #[test]
    fn neighbours_of_a_member_hold_few_trusted_places() {
        let slots = Slots::new(TRUSTED_PER_ADDRESS + 1, 100);
        let _all: Vec<Slot> = (0..=TRUSTED_PER_ADDRESS)
            .map(|_| slots.take(address("192.0.2.1"), true).unwrap())
            .collect();
        assert!(slots.take(address("198.51.100.1"), false).is_some());
    }

    #[test]
    fn nothing_is_remembered_of_who_is_gone() {
        let slots = Slots::new(10, 10);
        drop(slots.take(address("192.0.2.1"), false));
        drop(slots.take(address("2001:db8::1"), true));
        drop(member(&slots, "192.0.2.1"));
        let taken = slots.taken();
        assert!(taken.by_network.is_empty() && taken.crowds.is_empty());
        assert!(taken.strangers.is_empty() && taken.all == 0);
    }
}
