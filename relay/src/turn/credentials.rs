//! Short-lived TURN credentials: made for a device, checked without a database.
//!
//! The username is `<expiry in unix seconds>:<device id>`, the password
//! `base64(HMAC-SHA256(secret, username))`: the shape of the TURN REST API.
//! Nothing here knows whether a device still has a session.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A device id is 16 bytes in base64url without padding.
const DEVICE_ID_LENGTH: usize = 22;

/// The key that all TURN credentials of this relay come from.
#[derive(Clone)]
pub struct TurnSecret(Zeroizing<[u8; 32]>);

impl TurnSecret {
    /// Uses 32 random bytes as the key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The password that belongs to `username`.
    pub(super) fn password(&self, username: &str) -> Zeroizing<String> {
        let tag = mac(self.0.as_slice(), &[username.as_bytes()]);
        Zeroizing::new(BASE64_STANDARD.encode(tag))
    }

    /// Derives a key for another purpose, from which this one cannot be computed.
    pub(super) fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(mac(self.0.as_slice(), &[b"parley ", purpose.as_bytes()]))
    }

    pub(super) fn issue(&self, device_id: &str, expires_at: u64) -> TurnCredentials {
        let username = format!("{expires_at}:{device_id}");
        let password = self.password(&username).to_string();
        TurnCredentials {
            username,
            password,
            expires_at,
        }
    }
}

impl fmt::Debug for TurnSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(_) = self;
        f.write_str("TurnSecret(..)")
    }
}

/// What a browser puts into `RTCIceServer`.
#[derive(Clone, PartialEq, Eq)]
pub struct TurnCredentials {
    /// `RTCIceServer.username`.
    pub username: String,
    /// `RTCIceServer.credential`.
    pub password: String,
    /// Unix seconds after which no new allocation is made with them.
    pub expires_at: u64,
}

impl fmt::Debug for TurnCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            username,
            password: _,
            expires_at,
        } = self;
        f.debug_struct("TurnCredentials")
            .field("username", username)
            .field("expires_at", expires_at)
            .finish_non_exhaustive()
    }
}

/// A parsed username.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Username<'a> {
    pub(super) expires_at: u64,
    pub(super) device: &'a str,
}

impl<'a> Username<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (expiry, device) = text.split_once(':')?;
        let digits = !expiry.is_empty() && expiry.bytes().all(|b| b.is_ascii_digit());
        let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if !digits || device.len() != DEVICE_ID_LENGTH || !device.bytes().all(base64url) {
            return None;
        }
        Some(Self {
            expires_at: expiry.parse().ok()?,
            device,
        })
    }
}

/// HMAC-SHA256 over the parts, one after the other.
pub(super) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("HMAC takes a key of any length")
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: &str = "AAAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn credentials_name_the_device_and_the_expiry() {
        let issued = TurnSecret::new([7; 32]).issue(DEVICE, 1_900_000_000);
        let parsed = Username::parse(&issued.username).unwrap();
        assert_eq!(parsed.device, DEVICE);
        assert_eq!(parsed.expires_at, 1_900_000_000);
    }

    /// Figures from an independent HMAC-SHA256 (Python's `hmac`).
    #[test]
    fn password_is_the_mac_of_the_username() {
        let password = TurnSecret::new([7; 32]).password("1900000000:AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(
            password.as_str(),
            "KERaXOtkRAV/CVEFfunMh9Xhp125ZonNK9ISTcQqi5E="
        );
    }

    #[test]
    fn odd_usernames_are_refused() {
        for text in [
            "",
            ":",
            "12",
            ":AAAAAAAAAAAAAAAAAAAAAA",
            "+12:AAAAAAAAAAAAAAAAAAAAAA",
            "12:AAAAAAAAAAAAAAAAAAAAA",
            "12:AAAAAAAAAAAAAAAAAAAAAAA",
            "12:AAAAAAAAAAAAAAAAAAAAA/",
            "99999999999999999999:AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(Username::parse(text), None, "{text}");
        }
    }

    #[test]
    fn printing_shows_no_secret() {
        let secret = TurnSecret::new([7; 32]);
        let issued = secret.issue(DEVICE, 1);
        assert_eq!(format!("{secret:?}"), "TurnSecret(..)");
        assert!(!format!("{issued:?}").contains(&issued.password));
    }
}
