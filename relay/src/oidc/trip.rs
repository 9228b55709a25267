//! A trip to an identity provider and back, as the browser carries it in a cookie: which provider, the secrets of the
//! sign-in, and when it began, under a MAC of the relay. The relay itself remembers nothing of it, so strangers who
//! begin many trips take no room from others.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use parley_protocol::Millis;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::provider::Secrets;
use crate::command::AskedBy;

/// How long somebody may take at the provider, in milliseconds: some look for a password or a second factor.
pub(crate) const TRIP: Millis = 15 * 60 * 1000;

const DOMAIN: &[u8] = b"parley oidc trip 1\n";
const MAC_BYTES: usize = 32;

/// One trip.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trip {
    /// The provider's id in the settings.
    pub(crate) provider: String,
    pub(crate) secrets: Secrets,
    /// The session of a member who links themselves.
    #[serde(default)]
    pub(crate) links: Option<AskedBy>,
    pub(crate) until: Millis,
}

impl fmt::Debug for Trip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            provider,
            secrets: _,
            links,
            until,
        } = self;
        f.debug_struct("Trip")
            .field("provider", provider)
            .field("links", links)
            .field("until", until)
            .finish_non_exhaustive()
    }
}

/// Seals trips and opens them again.
pub(crate) struct Trips(Zeroizing<Vec<u8>>);

impl Trips {
    pub(crate) fn new(key: &[u8]) -> Self {
        Self(Zeroizing::new(key.to_vec()))
    }

    /// The cookie's value.
    pub(crate) fn seal(&self, trip: &Trip) -> Option<String> {
        let mut bytes = serde_json::to_vec(trip).ok()?;
        let mac = self.mac(&bytes)?.finalize().into_bytes();
        bytes.extend_from_slice(&mac);
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The trip of a cookie's value, unless it is forged or over.
    pub(crate) fn open(&self, cookie: &str, now: Millis) -> Option<Trip> {
        let bytes = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        let (content, mac) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        self.mac(content)?.verify_slice(mac).ok()?;
        let trip: Trip = serde_json::from_slice(content).ok()?;
        (now < trip.until).then_some(trip)
    }

    fn mac(&self, content: &[u8]) -> Option<Hmac<Sha256>> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        Some(mac.chain_update(DOMAIN).chain_update(content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trip() -> Trip {
        Trip {
            provider: "acme".to_owned(),
            secrets: Secrets {
                state: "state-secret".to_owned(),
                nonce: "nonce-secret".to_owned(),
                verifier: "verifier-secret".to_owned(),
            },
            links: None,
            until: 1000,
        }
    }

    #[test]
    fn a_trip_comes_back_unchanged_and_in_time() {
        let trips = Trips::new(&[7; 32]);
        let cookie = trips.seal(&trip()).unwrap();
        assert_eq!(trips.open(&cookie, 999), Some(trip()));
        assert_eq!(trips.open(&cookie, 1000), None);
        assert_eq!(Trips::new(&[8; 32]).open(&cookie, 0), None);
        let changed = format!("A{}", cookie.get(1..).unwrap());
        assert_eq!(trips.open(&changed, 0), None);
        assert_eq!(trips.open("", 0), None);
    }

    #[test]
    fn printing_shows_no_secret() {
        assert!(!format!("{:?}", trip()).contains("secret"));
    }
}
