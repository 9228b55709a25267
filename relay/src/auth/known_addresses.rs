//! Addresses from which members were lately let in. In memory only: addresses are never written to disk, and after
//! a restart the reconnecting devices fill the list again.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use parley_protocol::Millis;
use parley_protocol::ids::UserId;

/// Home, work, a phone and some travel.
const PER_USER: usize = 6;
/// How long an address stays known after its last use.
const LIFETIME: Millis = 30 * 24 * 60 * 60 * 1000;

#[derive(Debug, Default)]
pub(crate) struct KnownAddresses(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    by_user: HashMap<UserId, Vec<Seen>>,
    /// When any member was last let in from an address.
    last: HashMap<IpAddr, Millis>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    from: IpAddr,
    at: Millis,
}

impl KnownAddresses {
    /// A member authenticated from this address, which stands for a household.
    pub(crate) fn saw(&self, user: UserId, from: IpAddr, now: Millis) {
        let mut known = self.known();
        let seen = known.by_user.entry(user).or_default();
        if let Some(again) = seen.iter_mut().find(|seen| seen.from == from) {
            again.at = now;
        } else {
            seen.push(Seen { from, at: now });
        }
        let oldest = seen.iter().enumerate().min_by_key(|(_, seen)| seen.at);
        if let (true, Some((oldest, _))) = (seen.len() > PER_USER, oldest) {
            seen.swap_remove(oldest);
        }
        known.last.insert(from, now);
        // This index is rebuilt from `by_user` when it outgrows it.
        if known.last.len() > 1000 + known.by_user.len().saturating_mul(PER_USER) {
            known.forget(now);
        }
    }

    /// Whether this member was lately let in from the address.
    pub(crate) fn knows_user_at(&self, user: &UserId, from: IpAddr, now: Millis) -> bool {
        let known = self.known();
        let seen = known.by_user.get(user);
        seen.is_some_and(|seen| {
            let mut all = seen.iter();
            all.any(|seen| seen.from == from && is_recent(seen.at, now))
        })
    }

    /// Whether any member was lately let in from the address.
    pub(crate) fn knows(&self, from: IpAddr, now: Millis) -> bool {
        let known = self.known();
        known.last.get(&from).is_some_and(|at| is_recent(*at, now))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn forget(&mut self, now: Millis) {
        for seen in self.by_user.values_mut() {
            seen.retain(|seen| is_recent(seen.at, now));
        }
        self.by_user.retain(|_, seen| !seen.is_empty());
        let all = self.by_user.values().flatten();
        self.last = all.map(|seen| (seen.from, seen.at)).collect();
    }
}

fn is_recent(at: Millis, now: Millis) -> bool {
    now.saturating_sub(at) < LIFETIME
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: u32) -> UserId {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        UserId::from_bytes(bytes)
    }

    fn address(number: u32) -> IpAddr {
        std::net::Ipv4Addr::from_bits(number).into()
    }

    #[test]
    fn an_address_is_known_for_those_who_were_there() {
        let known = KnownAddresses::default();
        known.saw(user(1), address(1), 0);
        assert!(known.knows_user_at(&user(1), address(1), LIFETIME - 1));
        assert!(!known.knows_user_at(&user(2), address(1), 0));
        assert!(known.knows(address(1), 0));
        assert!(!known.knows(address(2), 0));
        assert!(!known.knows_user_at(&user(1), address(1), LIFETIME));
        assert!(!known.knows(address(1), LIFETIME));
    }

    #[test]
    fn a_traveller_is_known_where_they_were_last() {
        let known = KnownAddresses::default();
        for number in 0..10 {
            known.saw(user(1), address(number), u64::from(number));
        }
        assert!(!known.knows_user_at(&user(1), address(3), 10));
        assert!(known.knows_user_at(&user(1), address(4), 10));
    }

    #[test]
    fn one_member_on_a_long_journey_fills_no_memory() {
        let known = KnownAddresses::default();
        for number in 0..10_000 {
            known.saw(user(1), address(number), 0);
        }
        assert!(known.known().last.len() <= 1100);
        assert!(known.knows_user_at(&user(1), address(9_999), 0));
        assert!(known.knows(address(9_999), 0));
    }
}
