//! How many connections there may be, in all and from one network. A place is free again when it is dropped.
//! No sockets, no clock.
//!
//! When there is no place left, a connection that has not said who it is gives way: the oldest one of the network
//! that has the most of them. One that was let in never does. So nobody keeps others out by holding connections
//! open, and a newcomer has the time to say hello that a crowd of strangers leaves each of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::network::{Network, networks, site};

/// Connections from an address where members were let in lately that strangers cannot push out, before they
/// have said hello. More would let one member's neighbours hold places like members.
const TRUSTED_PER_ADDRESS: usize = 16;

/// What can be taken.
#[derive(Debug)]
pub(crate) struct Places {
    all: usize,
    per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    next: u64,
    by_network: HashMap<Network, Counted>,
    /// By age: those that have not said who they are.
    strangers: BTreeMap<u64, Stranger>,
    /// Sites by how many strangers they have, without the trusted ones.
    crowds: BTreeSet<(usize, Network)>,
}

#[derive(Debug, Default)]
struct Counted {
    all: usize,
    /// Those of the strangers that anybody may push out.
    strangers: BTreeSet<u64>,
    trusted: BTreeSet<u64>,
}

#[derive(Debug)]
struct Stranger {
    from: IpAddr,
    is_trusted: bool,
    ticket: Arc<Ticket>,
}

#[derive(Debug, Default)]
struct Ticket {
    is_evicted: AtomicBool,
    bell: Notify,
}

/// All places that one connection has: its own, and behind a proxy that of the address which the proxy tells.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) own: Option<Arc<Place>>,
    pub(crate) told: Option<Place>,
}

/// One connection's place.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    from: IpAddr,
    number: u64,
    ticket: Arc<Ticket>,
}

impl Places {
    pub(crate) fn new(all: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self {
            all,
            per_address,
            taken: Mutex::default(),
        })
    }

    /// Takes a place for a connection from there, if one is left or a stranger's can be had. `is_known` says that
    /// members were let in from there lately.
    pub(crate) fn take(self: &Arc<Self>, from: IpAddr, is_known: bool) -> Option<Place> {
        let mut taken = self.taken();
        for network in networks(from) {
            let share = usize::try_from(network.share()).unwrap_or(1);
            if taken.count(&network) >= self.per_address.saturating_mul(share) {
                let oldest = taken.oldest_in(&network)?;
                taken.evict(oldest);
            }
        }
        if taken.all >= self.all {
            let oldest = taken.oldest_of_the_crowd(is_known)?;
            taken.evict(oldest);
        }
        let number = taken.next;
        let ticket = Arc::new(Ticket::default());
        taken.add(number, from, is_known, Arc::clone(&ticket));
        drop(taken);
        Some(Place {
            places: Arc::clone(self),
            from,
            number,
            ticket,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Whoever has it was let in.
    pub(crate) fn keep(&self) {
        self.places().for_each(Place::keep);
    }

    /// Waits until somebody else needs one of the places.
    pub(crate) async fn evicted(&self) {
        let wait = async |place: Option<&Place>| match place {
            Some(place) => place.evicted().await,
            None => std::future::pending().await,
        };
        tokio::select! {
            () = wait(self.own.as_deref()) => {}
            () = wait(self.told.as_ref()) => {}
        }
    }

    fn places(&self) -> impl Iterator<Item = &Place> {
        self.own.as_deref().into_iter().chain(self.told.as_ref())
    }
}

impl Place {
    /// Whoever has it was let in: it is theirs for as long as they like.
    pub(crate) fn keep(&self) {
        self.places.taken().forget_stranger(self.number);
    }

    /// Waits until somebody else needs the place.
    pub(crate) async fn evicted(&self) {
        if !self.ticket.is_evicted.load(Ordering::Relaxed) {
            self.ticket.bell.notified().await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if !self.ticket.is_evicted.load(Ordering::Relaxed) {
            taken.forget_stranger(self.number);
            taken.free(self.from);
        }
    }
}

impl Taken {
    fn count(&self, network: &Network) -> usize {
        self.by_network.get(network).map_or(0, |here| here.all)
    }

    fn add(&mut self, number: u64, from: IpAddr, is_known: bool, ticket: Arc<Ticket>) {
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
            ticket,
        };
        self.strangers.insert(number, stranger);
    }

    /// The oldest stranger of a network, one that nobody trusts first.
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
            stranger.ticket.is_evicted.store(true, Ordering::Relaxed);
            stranger.ticket.bell.notify_one();
        }
    }

    /// From now on nobody pushes it out.
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

    /// Changes what is counted of each network of an address.
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

    fn member(places: &Arc<Places>, from: &str) -> Option<Place> {
        let place = places.take(address(from), false)?;
        place.keep();
        Some(place)
    }

    fn stranger(places: &Arc<Places>, from: &str) -> Place {
        places.take(address(from), false).unwrap()
    }

    fn is_evicted(place: &Place) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        pin!(place.evicted()).poll(&mut context).is_ready()
    }

    #[test]
    fn members_of_one_address_cannot_take_every_place() {
        let places = Places::new(4, 2);
        let first = member(&places, "192.0.2.1");
        let second = member(&places, "192.0.2.1");
        assert!(first.is_some() && second.is_some());
        assert!(member(&places, "192.0.2.1").is_none());
        let _third = member(&places, "192.0.2.2").unwrap();
        drop(first);
        let _fourth = member(&places, "192.0.2.1").unwrap();
        let _fifth = member(&places, "192.0.2.3").unwrap();
        assert!(member(&places, "192.0.2.4").is_none());
    }

    #[test]
    fn a_household_a_customer_and_a_site_have_their_shares() {
        let in_household = |number: u16| format!("2001:db8:1:200:{number:x}::1");
        let in_customer = |number: u16| format!("2001:db8:1:{:x}::1", 0x200 + number);
        let in_site = |number: u16| format!("2001:db8:1:{:x}::1", 0x100 * number);
        let get_in = |address: &dyn Fn(u16) -> String| {
            let places = Places::new(100, 1);
            let all = (0..20).filter_map(|number| member(&places, &address(number)));
            all.collect::<Vec<Place>>().len()
        };
        assert_eq!(get_in(&in_household), 1);
        assert_eq!(get_in(&in_customer), 2);
        assert_eq!(get_in(&in_site), 4);
    }

    #[test]
    fn mapped_addresses_are_what_they_map() {
        let places = Places::new(10, 1);
        let _mapped = member(&places, "::ffff:192.0.2.1").unwrap();
        assert!(member(&places, "192.0.2.1").is_none());
    }

    #[test]
    fn the_oldest_stranger_of_the_largest_crowd_gives_way() {
        let places = Places::new(4, 100);
        let honest = stranger(&places, "198.51.100.1");
        let crowd: Vec<Place> = (1..=3)
            .map(|number| stranger(&places, &format!("192.0.2.{number}")))
            .collect();
        let newcomer = stranger(&places, "203.0.113.1");
        assert!(is_evicted(&crowd[0]));
        for other in [&honest, &crowd[1], &crowd[2], &newcomer] {
            assert!(!is_evicted(other));
        }
        // What was pushed out is not counted twice.
        drop(crowd);
        assert_eq!(places.taken().all, 2);
    }

    #[test]
    fn who_was_let_in_stays() {
        let places = Places::new(2, 100);
        let old = member(&places, "192.0.2.1").unwrap();
        let stranger = stranger(&places, "192.0.2.2");
        let newer = member(&places, "192.0.2.3").unwrap();
        assert!(is_evicted(&stranger) && !is_evicted(&old));
        assert!(places.take(address("192.0.2.4"), true).is_none());
        drop(newer);
        assert!(places.take(address("192.0.2.4"), false).is_some());
    }

    #[test]
    fn strangers_push_nobody_out_where_members_were() {
        let places = Places::new(2, 100);
        let returning = places.take(address("192.0.2.1"), true).unwrap();
        let other = places.take(address("192.0.2.1"), true).unwrap();
        assert!(places.take(address("198.51.100.1"), false).is_none());
        let third = places.take(address("192.0.2.9"), true).unwrap();
        assert!(is_evicted(&returning), "among themselves the oldest goes");
        drop((other, third));
    }

    #[test]
    fn neighbours_of_a_member_hold_few_trusted_places() {
        let places = Places::new(TRUSTED_PER_ADDRESS + 1, 100);
        let _all: Vec<Place> = (0..=TRUSTED_PER_ADDRESS)
            .map(|_| places.take(address("192.0.2.1"), true).unwrap())
            .collect();
        assert!(places.take(address("198.51.100.1"), false).is_some());
    }

    #[test]
    fn nothing_is_remembered_of_who_is_gone() {
        let places = Places::new(10, 10);
        drop(places.take(address("192.0.2.1"), false));
        drop(places.take(address("2001:db8::1"), true));
        drop(member(&places, "192.0.2.1"));
        let taken = places.taken();
        assert!(taken.by_network.is_empty() && taken.crowds.is_empty());
        assert!(taken.strangers.is_empty() && taken.all == 0);
    }
}
