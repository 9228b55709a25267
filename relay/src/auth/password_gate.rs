//! Rate limits in front of every password check, whichever endpoint needs it. Comparing or hashing a login secret
//! requires a [`Permit`], which only this gate issues: per address, per name, and with separate buckets for known
//! browsers and addresses.
//!
//! Guessing at one name from many addresses empties that name's bucket. Its owner still gets in from a known
//! browser or address.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use parley_protocol::names;

use super::known_addresses::KnownAddresses;
use super::known_browser::KnownBrowser;
use super::rate_limit::{AddressLimit, Rate, RateLimit};

/// Multiple of the address rate that a name gets: guessing from one place must not exhaust what others have.
const NAME_FACTOR: u32 = 5;
/// Beyond that, a known browser or address has the same burst again, refilled this many times more slowly: a thief
/// of the browser, or a neighbour behind the same address, guesses no faster than the owner mistypes.
const KNOWN_SLOWNESS: Millis = 10;

/// Authorises one password check.
#[derive(Debug)]
#[must_use]
pub(crate) struct Permit(());

impl Permit {
    #[cfg(test)]
    pub(crate) fn for_test() -> Self {
        Self(())
    }
}

/// A login whose body may be read now.
#[derive(Debug)]
#[must_use]
pub(crate) struct Knock {
    from: IpAddr,
    browsers: Vec<KnownBrowser>,
    has_paid: bool,
}

/// A registration whose body may be read now.
#[derive(Debug)]
#[must_use]
pub(crate) struct Registration {
    from: IpAddr,
}

/// The account whose password is tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tried<'a> {
    pub(crate) name: &'a str,
    /// The member of that name, if any.
    pub(crate) user: Option<UserId>,
}

#[derive(Debug)]
pub(crate) struct PasswordGate {
    known: Arc<KnownAddresses>,
    buckets: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    by_address: AddressLimit,
    by_name: RateLimit<String>,
    by_browser: RateLimit<KnownBrowser>,
    by_known_address: RateLimit<(UserId, IpAddr)>,
    registrations: AddressLimit,
}

impl PasswordGate {
    pub(crate) fn new(logins: Rate, registrations: Rate, known: Arc<KnownAddresses>) -> Self {
        let slow = Rate {
            interval: logins.interval.saturating_mul(KNOWN_SLOWNESS),
            ..logins
        };
        Self {
            known,
            buckets: Mutex::new(Buckets {
                by_address: AddressLimit::new(logins),
                by_name: RateLimit::new(logins.times(NAME_FACTOR)),
                by_browser: RateLimit::new(slow),
                by_known_address: RateLimit::new(slow),
                registrations: AddressLimit::new(registrations),
            }),
        }
    }

    /// A gate without limits, for a relay without a network.
    pub(crate) fn open() -> Self {
        let known = Arc::new(KnownAddresses::default());
        Self::new(Rate::UNLIMITED, Rate::UNLIMITED, known)
    }

    /// Admits a login before its body is read. A known browser need not wait for the bucket of its address.
    pub(crate) fn knock(
        &self,
        from: IpAddr,
        browsers: Vec<KnownBrowser>,
        now: Millis,
    ) -> Result<Knock, ErrorCode> {
        let has_paid = browsers.is_empty();
        if has_paid {
            self.buckets().by_address.take(from, now)?;
        }
        Ok(Knock {
            from,
            browsers,
            has_paid,
        })
    }

    /// Admits the password check, now that the name is known.
    pub(crate) fn admit(
        &self,
        knock: Knock,
        tried: Tried<'_>,
        now: Millis,
    ) -> Result<Permit, ErrorCode> {
        let mut buckets = self.buckets();
        let paid = if knock.has_paid {
            Ok(())
        } else {
            buckets.by_address.take(knock.from, now)
        };
        let mut browsers = knock.browsers.into_iter();
        let known = browsers.find(|browser| Some(browser.user) == tried.user);
        match (
            paid.and_then(|()| self.guess(&mut buckets, knock.from, tried, now)),
            known,
        ) {
            (Err(_), Some(browser)) => buckets.by_browser.take(browser, now)?,
            (passed, _) => passed?,
        }
        Ok(Permit(()))
    }

    /// Admits a registration before its body is read.
    pub(crate) fn register(&self, from: IpAddr, now: Millis) -> Result<Registration, ErrorCode> {
        self.buckets().registrations.take(from, now)?;
        Ok(Registration { from })
    }

    /// Admits the password check of a repeated registration.
    pub(crate) fn admit_again(
        &self,
        registration: &Registration,
        tried: Tried<'_>,
        now: Millis,
    ) -> Result<Permit, ErrorCode> {
        let mut buckets = self.buckets();
        buckets.by_address.take(registration.from, now)?;
        self.guess(&mut buckets, registration.from, tried, now)?;
        Ok(Permit(()))
    }

    /// Admits hashing the secret of a new member.
    pub(crate) fn admit_new(_: Registration) -> Permit {
        Permit(())
    }

    /// Takes from the name's bucket, and if that is empty, from that of a known address.
    fn guess(
        &self,
        buckets: &mut Buckets,
        from: IpAddr,
        tried: Tried<'_>,
        now: Millis,
    ) -> Result<(), ErrorCode> {
        // A name that no member can have needs no bucket.
        if names::check(tried.name).is_err() {
            return Ok(());
        }
        let passed = buckets.by_name.take(names::fold(tried.name), now);
        match tried.user {
            Some(user) if passed.is_err() && self.known.knows_user_at(&user, from, now) => {
                buckets.by_known_address.take((user, from), now)
            }
            Some(_) | None => passed,
        }
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    const LOGINS: Rate = Rate {
        burst: 2,
        interval: 6000,
    };
    const ADA: Tried<'static> = Tried {
        name: "Ada",
        user: Some(UserId::from_bytes([1; 16])),
    };

    fn gate() -> (PasswordGate, Arc<KnownAddresses>) {
        let known = Arc::new(KnownAddresses::default());
        let gate = PasswordGate::new(LOGINS, LOGINS, Arc::clone(&known));
        (gate, known)
    }

    /// Addresses in networks of their own.
    fn address(number: u8) -> IpAddr {
        [10, 0, number, 1].into()
    }

    fn log_in(gate: &PasswordGate, from: IpAddr, browsers: &[KnownBrowser]) -> bool {
        let knock = gate.knock(from, browsers.to_vec(), 0);
        knock.is_ok_and(|knock| gate.admit(knock, ADA, 0).is_ok())
    }

    /// Registering with an existing member's entry is a guess, too.
    fn register_again(gate: &PasswordGate, from: IpAddr) -> bool {
        let registration = gate.register(from, 0);
        registration.is_ok_and(|one| gate.admit_again(&one, ADA, 0).is_ok())
    }

    #[test]
    fn one_address_has_its_tries_at_whatever_endpoint() {
        let (gate, _) = gate();
        assert!(log_in(&gate, address(1), &[]));
        assert!(register_again(&gate, address(1)));
        assert!(!register_again(&gate, address(1)));
        assert!(!log_in(&gate, address(1), &[]));
    }

    #[test]
    fn one_name_has_its_tries_at_whatever_endpoint() {
        let (gate, _) = gate();
        let passed = (0..100).filter(|number| match number % 2 {
            0 => log_in(&gate, address(*number), &[]),
            _ => register_again(&gate, address(*number)),
        });
        assert_eq!(passed.count(), 10);
    }

    #[test]
    fn who_was_let_in_before_has_a_share_of_their_own() {
        let (gate, known) = gate();
        while log_in(&gate, address(0), &[]) {}
        for number in 1..100 {
            log_in(&gate, address(number), &[]);
        }
        assert!(!log_in(&gate, address(200), &[]));

        let ada = UserId::from_bytes([1; 16]);
        let browser = KnownBrowser::new(ada, &mut SeededEntropy::new(1), 0);
        assert!(log_in(&gate, address(0), &[browser]));
        assert!(log_in(&gate, address(0), &[browser]));
        assert!(!log_in(&gate, address(0), &[browser]), "its share is used");

        known.saw(ada, address(201), 0);
        assert!(log_in(&gate, address(201), &[]));
    }

    /// A known browser helps at no other name.
    #[test]
    fn a_browser_is_known_for_its_owner_only() {
        let (gate, _) = gate();
        let ben = UserId::from_bytes([2; 16]);
        let browser = KnownBrowser::new(ben, &mut SeededEntropy::new(1), 0);
        assert!(log_in(&gate, address(1), &[browser]));
        assert!(log_in(&gate, address(1), &[browser]));
        assert!(!log_in(&gate, address(1), &[browser]));
    }
}
