//! Values that wait for the next step of a sign-in: in memory, for a few minutes, each taken once. A restart forgets
//! them, and people begin again.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::Millis;
use parley_protocol::auth::Ticket;
use parley_protocol::error::ErrorCode;

use crate::entropy::{Entropy, random};

/// Values that wait, from all addresses together: a few MiB. Beyond it, the oldest is forgotten.
const MAX_WAITING: usize = 4096;
/// From one address: a school class that signs in at once. Without it, one address would make others' be forgotten.
const MAX_PER_ADDRESS: usize = 128;

/// Names a value; only its owner knows it.
type Key = [u8; 24];

/// The waiting values.
#[derive(Debug)]
pub(crate) struct OnceStore<T> {
    lifetime: Millis,
    waiting: HashMap<Key, Waiting<T>>,
    /// The same in the order in which they were put.
    by_age: BTreeMap<u64, Key>,
    by_address: HashMap<IpAddr, usize>,
    count: u64,
}

#[derive(Debug)]
struct Waiting<T> {
    value: T,
    from: IpAddr,
    expires_at: Millis,
    number: u64,
}

impl<T> OnceStore<T> {
    /// An empty store, whose values wait for `lifetime`.
    pub(crate) fn new(lifetime: Millis) -> Self {
        Self {
            lifetime,
            waiting: HashMap::new(),
            by_age: BTreeMap::new(),
            by_address: HashMap::new(),
            count: 0,
        }
    }

    /// Keeps a value. `from` is the address that asked for it.
    ///
    /// # Errors
    /// `RateLimited` if too many of that address wait.
    pub(crate) fn put(
        &mut self,
        value: T,
        from: IpAddr,
        entropy: &mut dyn Entropy,
        now: Millis,
    ) -> Result<Ticket, ErrorCode> {
        self.forget_expired(now);
        if self.by_address.get(&from).copied().unwrap_or(0) >= MAX_PER_ADDRESS {
            return Err(ErrorCode::RateLimited { retry_after: 60 });
        }
        if self.waiting.len() >= MAX_WAITING
            && let Some(oldest) = self.by_age.values().next().copied()
        {
            self.remove(&oldest);
        }
        let key: Key = random(entropy);
        let number = self.count;
        self.count = self.count.wrapping_add(1);
        let expires_at = now.saturating_add(self.lifetime);
        self.by_age.insert(number, key);
        *self.by_address.entry(from).or_default() += 1;
        let waiting = Waiting {
            value,
            from,
            expires_at,
            number,
        };
        self.waiting.insert(key, waiting);
        Ok(Ticket(URL_SAFE_NO_PAD.encode(key)))
    }

    /// The value of a ticket, which is then used up. `None`: unknown, used, or too old.
    pub(crate) fn take(&mut self, ticket: &Ticket, now: Millis) -> Option<T> {
        let Waiting {
            value, expires_at, ..
        } = self.remove(&key_of(ticket)?)?;
        (now < expires_at).then_some(value)
    }

    /// The value of a ticket, which stays good.
    pub(crate) fn look(&self, ticket: &Ticket, now: Millis) -> Option<&T> {
        let waiting = self.waiting.get(&key_of(ticket)?)?;
        (now < waiting.expires_at).then_some(&waiting.value)
    }

    fn forget_expired(&mut self, now: Millis) {
        while let Some(key) = self.by_age.values().next().copied() {
            let is_over = self
                .waiting
                .get(&key)
                .is_none_or(|waiting| waiting.expires_at <= now);
            if !is_over {
                return;
            }
            self.remove(&key);
        }
    }

    fn remove(&mut self, key: &Key) -> Option<Waiting<T>> {
        let waiting = self.waiting.remove(key)?;
        self.by_age.remove(&waiting.number);
        if let Some(count) = self.by_address.get_mut(&waiting.from) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.by_address.remove(&waiting.from);
            }
        }
        Some(waiting)
    }
}

fn key_of(ticket: &Ticket) -> Option<Key> {
    URL_SAFE_NO_PAD.decode(&ticket.0).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    fn address(last: u16) -> IpAddr {
        let [high, low] = last.to_be_bytes();
        [192, 0, high, low].into()
    }

    #[test]
    fn a_value_is_taken_once_and_in_time() {
        let mut entropy = SeededEntropy::new(1);
        let mut store = OnceStore::new(1000);
        let mut put = |store: &mut OnceStore<&'static str>, value| {
            store.put(value, address(1), &mut entropy, 0).unwrap()
        };
        let (first, second) = (put(&mut store, "a"), put(&mut store, "b"));
        assert_eq!(store.look(&first, 999), Some(&"a"));
        assert_eq!(store.take(&first, 999), Some("a"));
        assert_eq!(store.take(&first, 999), None);
        assert_eq!(store.look(&second, 1000), None);
        assert_eq!(store.take(&second, 1000), None);
        assert_eq!(store.take(&Ticket("?".to_owned()), 0), None);
    }

    #[test]
    fn one_address_takes_no_room_from_others_and_all_together_are_bounded() {
        let mut entropy = SeededEntropy::new(1);
        let mut store = OnceStore::new(1000);
        let mine = store.put(0, address(1), &mut entropy, 0).unwrap();
        for _ in 0..MAX_PER_ADDRESS {
            store.put(1, address(2), &mut entropy, 0).unwrap();
        }
        let refused = store.put(1, address(2), &mut entropy, 0);
        assert_eq!(
            refused.unwrap_err(),
            ErrorCode::RateLimited { retry_after: 60 }
        );
        assert_eq!(store.look(&mine, 0), Some(&0));

        for number in 0..MAX_WAITING {
            let from = address(u16::try_from(number + 10).unwrap());
            store.put(2, from, &mut entropy, 0).unwrap();
        }
        assert_eq!(store.waiting.len(), MAX_WAITING);
        assert_eq!(store.by_age.len(), MAX_WAITING);
        assert_eq!(store.look(&mine, 0), None);

        // What is too old makes room by itself.
        store.put(3, address(2), &mut entropy, 1000).unwrap();
        assert_eq!(store.waiting.len(), 1);
        assert_eq!(store.by_address.len(), 1);
    }
}
