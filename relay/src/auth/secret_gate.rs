//! Rate limits in front of every check of a secret, whichever endpoint needs it. Comparing or hashing a password or
//! a recovery key requires a [`Permit`], checking a code of the second factor a [`CodePermit`]. Only this gate issues
//! them: per address, per name, and with separate shares for known browsers and addresses.
//!
//! Guessing at one name from many addresses empties that name's bucket. Its owner still gets in from a known
//! browser or address.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use parley_protocol::names;

use super::backoff::Backoff;
use super::known_addresses::KnownAddresses;
use super::known_browser::KnownBrowser;
use super::rate_limit::{AddressLimit, Rate, RateLimit};

/// Multiple of the address rate that a name gets: guessing from one place must not exhaust what others have.
const NAME_FACTOR: u32 = 5;
/// Beyond that, a known browser or address has the same burst again, refilled this many times more slowly: a thief
/// of the browser, or a neighbour behind the same address, guesses no faster than the owner mistypes.
const KNOWN_SLOWNESS: Millis = 10;

/// Authorises one check of a password or a recovery key.
#[derive(Debug)]
#[must_use]
pub(crate) struct Permit(());

impl Permit {
    #[cfg(test)]
    pub(crate) fn for_test() -> Self {
        Self(())
    }
}

/// Authorises one check of a code of the second factor.
#[derive(Debug)]
#[must_use]
pub(crate) struct CodePermit {
    user: UserId,
    known: Option<Known>,
}

impl CodePermit {
    #[cfg(test)]
    pub(crate) fn for_test() -> Self {
        Self {
            user: UserId::from_bytes([1; 16]),
            known: None,
        }
    }
}

/// Where a member was let in before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Known {
    Browser(KnownBrowser),
    Address(UserId, IpAddr),
}

/// A request with a secret in its body, which may be read now.
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

/// The account whose secret is tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tried<'a> {
    pub(crate) name: &'a str,
    /// The member of that name, if any.
    pub(crate) user: Option<UserId>,
}

#[derive(Debug)]
pub(crate) struct SecretGate {
    known: Arc<KnownAddresses>,
    buckets: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    by_address: AddressLimit,
    by_name: RateLimit<String>,
    by_browser: RateLimit<KnownBrowser>,
    by_known_address: RateLimit<(UserId, IpAddr)>,
    codes: Backoff<UserId>,
    codes_of_known: Backoff<Known>,
    registrations: AddressLimit,
}

impl SecretGate {
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
                codes: Backoff::default(),
                codes_of_known: Backoff::default(),
                registrations: AddressLimit::new(registrations),
            }),
        }
    }

    /// A gate without limits, for a relay without a network.
    pub(crate) fn open() -> Self {
        let known = Arc::new(KnownAddresses::default());
        Self::new(Rate::UNLIMITED, Rate::UNLIMITED, known)
    }

    /// Admits a request before its body is read. A known browser need not wait for the bucket of its address.
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

    /// Admits the check of a password or a recovery key, now that the name is known.
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

    /// Admits the check of a code of this member, who passed the first factor. Waits double with wrong codes; who
    /// knows the password makes the owner wait nowhere where they were let in before.
    pub(crate) fn admit_code(
        &self,
        knock: Knock,
        user: UserId,
        now: Millis,
    ) -> Result<CodePermit, ErrorCode> {
        let mut buckets = self.buckets();
        let mut browsers = knock.browsers.into_iter();
        let browser = browsers.find(|browser| browser.user == user);
        let known = match browser {
            Some(browser) => Some(Known::Browser(browser)),
            None if self.known.knows_user_at(&user, knock.from, now) => {
                Some(Known::Address(user, knock.from))
            }
            None => None,
        };
        if !knock.has_paid {
            buckets.by_address.take(knock.from, now)?;
        }
        match (buckets.codes.take(user, now), known) {
            (Ok(()), _) => Ok(CodePermit { user, known: None }),
            (Err(_), Some(known)) => {
                buckets.codes_of_known.take(known, now)?;
                Ok(CodePermit {
                    user,
                    known: Some(known),
                })
            }
            (Err(code), None) => Err(code),
        }
    }

    /// The code was right: its member starts anew.
    pub(crate) fn code_was_right(&self, permit: CodePermit) {
        let mut buckets = self.buckets();
        buckets.codes.succeeded(&permit.user);
        if let Some(known) = permit.known {
            buckets.codes_of_known.succeeded(&known);
        }
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

    /// Admits hashing the new secret of a member whose proof was checked.
    pub(crate) fn admit_changed() -> Permit {
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

    fn gate() -> (SecretGate, Arc<KnownAddresses>) {
        let known = Arc::new(KnownAddresses::default());
        let gate = SecretGate::new(LOGINS, LOGINS, Arc::clone(&known));
        (gate, known)
    }

    /// Addresses in networks of their own.
    fn address(number: u8) -> IpAddr {
        [10, 0, number, 1].into()
    }

    fn log_in(gate: &SecretGate, from: IpAddr, browsers: &[KnownBrowser]) -> bool {
        let knock = gate.knock(from, browsers.to_vec(), 0);
        knock.is_ok_and(|knock| gate.admit(knock, ADA, 0).is_ok())
    }

    /// Registering with an existing member's entry is a guess, too.
    fn register_again(gate: &SecretGate, from: IpAddr) -> bool {
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

    fn try_code(gate: &SecretGate, from: IpAddr, browsers: &[KnownBrowser]) -> Option<CodePermit> {
        let ada = UserId::from_bytes([1; 16]);
        let knock = gate.knock(from, browsers.to_vec(), 0).ok()?;
        gate.admit_code(knock, ada, 0).ok()
    }

    /// From however many addresses, five codes of one member are tried before there is a wait.
    #[test]
    fn whoever_knows_a_password_guesses_few_codes_and_locks_nobody_out() {
        let (gate, known) = gate();
        let passed = (0..100).filter(|number| try_code(&gate, address(*number), &[]).is_some());
        assert_eq!(passed.count(), 5);

        let ada = UserId::from_bytes([1; 16]);
        let browser = KnownBrowser::new(ada, &mut SeededEntropy::new(1), 0);
        let permit = try_code(&gate, address(101), &[browser]).unwrap();
        assert!(try_code(&gate, address(102), &[]).is_none());
        known.saw(ada, address(103), 0);
        assert!(try_code(&gate, address(103), &[]).is_some());
        gate.code_was_right(permit);
        assert!(try_code(&gate, address(104), &[]).is_some());
    }

    #[test]
    fn a_stolen_browser_guesses_few_codes() {
        let (gate, _) = gate();
        let ada = UserId::from_bytes([1; 16]);
        let browser = KnownBrowser::new(ada, &mut SeededEntropy::new(1), 0);
        let tries =
            (0..100).filter(|number| try_code(&gate, address(*number), &[browser]).is_some());
        assert_eq!(tries.count(), 10);
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
