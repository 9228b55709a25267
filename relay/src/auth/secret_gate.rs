//! Rate limits in front of every check of a secret, whichever endpoint needs it. Comparing or hashing a password or
//! a recovery key requires a [`Permit`], checking a code of the second factor a [`CodePermit`]. Only this gate issues
//! them: per address, per name, and with separate shares for known browsers and addresses.
//!
//! Guessing at one name from many addresses empties that name's bucket. Its owner still gets in from a known
//! browser or address.

#[cfg(test)]
mod tests;

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
