//! How many connections there may be, in all and from one address. A place is free again when it is dropped.
//! No sockets, no clock.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    by_address: HashMap<IpAddr, usize>,
}

/// One connection's place.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    from: IpAddr,
}

impl Places {
    pub(crate) fn new(all: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self {
            all,
            per_address,
            taken: Mutex::default(),
        })
    }

    /// Takes a place for a connection from there, if one is left.
    pub(crate) fn take(self: &Arc<Self>, from: IpAddr) -> Option<Place> {
        let from = network(from);
        let mut taken = self.taken();
        let here = taken.by_address.get(&from).copied().unwrap_or(0);
        if taken.all >= self.all || here >= self.per_address {
            return None;
        }
        taken.all += 1;
        taken.by_address.insert(from, here + 1);
        drop(taken);
        let places = Arc::clone(self);
        Some(Place { places, from })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all = taken.all.saturating_sub(1);
        if let Some(here) = taken.by_address.get_mut(&self.from) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                taken.by_address.remove(&self.from);
            }
        }
    }
}

/// The address that limits count by: of an IPv6 visitor the /64 network, which is one household.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_cannot_take_every_place() {
        let places = Places::new(4, 2);
        let first = places.take(address("192.0.2.1"));
        let second = places.take(address("192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(places.take(address("192.0.2.1")).is_none());
        let _third = places.take(address("192.0.2.2")).unwrap();
        drop(first);
        let _fourth = places.take(address("192.0.2.1")).unwrap();
        let _fifth = places.take(address("192.0.2.3")).unwrap();
        assert!(places.take(address("192.0.2.4")).is_none());
    }

    #[test]
    fn a_household_counts_as_one() {
        let places = Places::new(10, 1);
        let _first = places.take(address("2001:db8:1:2::1")).unwrap();
        assert!(places.take(address("2001:db8:1:2:3::4")).is_none());
        assert!(places.take(address("2001:db8:1:3::1")).is_some());
        let _mapped = places.take(address("::ffff:192.0.2.1")).unwrap();
        assert!(places.take(address("192.0.2.1")).is_none());
    }

    #[test]
    fn nothing_is_remembered_of_who_is_gone() {
        let places = Places::new(10, 10);
        drop(places.take(address("192.0.2.1")));
        assert!(places.taken().by_address.is_empty());
    }
}
