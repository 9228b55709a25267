//! Limits the bytes held for requests and unauthenticated sockets: in all, per network, and with a quarter reserved
//! for known addresses. No sockets, no clock.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parley_protocol::error::ErrorCode;

use crate::network::{Network, networks};

/// Retry-After in seconds: by then the slowest body has arrived or been refused.
const TRY_AGAIN: u32 = 10;

/// Memory for one purpose.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    all: usize,
    per_address: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    by_network: HashMap<Network, usize>,
}

/// Memory that one request or socket uses. Released on drop.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: Arc<MemoryBudget>,
    from: IpAddr,
    is_known: bool,
    bytes: usize,
}

impl MemoryBudget {
    pub(crate) fn new(all: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self {
            all,
            per_address,
            held: Mutex::default(),
        })
    }

    /// Starts an empty reservation. `is_known`: a member was let in from this address lately.
    pub(crate) fn reserve(self: &Arc<Self>, from: IpAddr, is_known: bool) -> Reservation {
        Reservation {
            budget: Arc::clone(self),
            from,
            is_known,
            bytes: 0,
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reservation {
    /// Reserves `by` more bytes, if the budget allows it.
    pub(crate) fn grow(&mut self, by: usize) -> Result<(), ErrorCode> {
        let mut held = self.budget.held();
        let most = if self.is_known {
            self.budget.all
        } else {
            self.budget.all / 4 * 3
        };
        let fits_here = networks(self.from).all(|network| {
            let share = usize::try_from(network.share()).unwrap_or(1);
            let here = held.by_network.get(&network).copied().unwrap_or(0);
            here.saturating_add(by) <= self.budget.per_address.saturating_mul(share)
        });
        if !fits_here || held.all.saturating_add(by) > most {
            return Err(ErrorCode::RateLimited {
                retry_after: TRY_AGAIN,
            });
        }
        held.all = held.all.saturating_add(by);
        for network in networks(self.from) {
            let here = held.by_network.entry(network).or_default();
            *here = here.saturating_add(by);
        }
        self.bytes = self.bytes.saturating_add(by);
        Ok(())
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut held = self.budget.held();
        held.all = held.all.saturating_sub(self.bytes);
        for network in networks(self.from) {
            if let Some(here) = held.by_network.get_mut(&network) {
                *here = here.saturating_sub(self.bytes);
                if *here == 0 {
                    held.by_network.remove(&network);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In networks of their own.
    fn address(number: u8) -> IpAddr {
        [10, 0, number, 1].into()
    }

    #[test]
    fn what_is_held_is_bounded_for_each_and_for_all() {
        let budget = MemoryBudget::new(400, 100);
        let mut all: Vec<Reservation> = (0..3)
            .map(|number| {
                let mut held = budget.reserve(address(number), false);
                assert_eq!(held.grow(60), Ok(()));
                assert!(held.grow(60).is_err());
                assert_eq!(held.grow(40), Ok(()));
                held
            })
            .collect();
        assert!(budget.reserve(address(7), false).grow(1).is_err());
        let mut members = budget.reserve(address(7), true);
        assert_eq!(members.grow(100), Ok(()));
        all.pop();
        assert_eq!(budget.reserve(address(8), false).grow(0), Ok(()));
        drop((all, members));
        let held = budget.held();
        assert!(held.all == 0 && held.by_network.is_empty());
    }

    #[test]
    fn neighbours_share() {
        let budget = MemoryBudget::new(10_000, 100);
        let all: Vec<Reservation> = (0..20)
            .filter_map(|last| {
                let mut held = budget.reserve([192, 0, 2, last].into(), false);
                held.grow(100).ok().map(|()| held)
            })
            .collect();
        assert_eq!(all.len(), 4);
    }
}
