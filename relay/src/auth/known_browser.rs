//! Cookies that prove that a browser was signed in to a member's account before. They authorise nothing: a known
//! browser only has login attempts of its own, so that password guessing cannot lock the member out.
//!
//! The relay stores none of them. The cookie names the member and carries a MAC under a key that never leaves the
//! relay.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use parley_protocol::Millis;
use parley_protocol::ids::UserId;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::entropy::{Entropy, random};

/// The longest lifetime that browsers allow (RFC 6265bis section 5.5).
pub(crate) const LIFETIME: Millis = 400 * 24 * 60 * 60 * 1000;

/// A cookie in use is renewed after this time.
const RENEW_AFTER: Millis = 30 * 24 * 60 * 60 * 1000;

const DOMAIN: &[u8] = b"parley known browser 1\n";
const MAC_BYTES: usize = 32;

/// One browser of one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct KnownBrowser {
    pub(crate) user: UserId,
    id: [u8; 16],
    since: Millis,
}

impl KnownBrowser {
    pub(crate) fn new(user: UserId, entropy: &mut dyn Entropy, now: Millis) -> Self {
        Self {
            user,
            id: random(entropy),
            since: now,
        }
    }

    /// The same browser with a new date, if renewal is due.
    pub(crate) fn renewed(&self, now: Millis) -> Option<Self> {
        let age = now.saturating_sub(self.since);
        (age >= RENEW_AFTER).then_some(Self {
            since: now,
            ..*self
        })
    }

    fn bytes(&self) -> Vec<u8> {
        [
            self.user.as_bytes(),
            &self.id[..],
            &self.since.to_be_bytes(),
        ]
        .concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (user, rest) = bytes.split_first_chunk()?;
        let (id, since) = rest.split_first_chunk()?;
        Some(Self {
            user: UserId::from_bytes(*user),
            id: *id,
            since: Millis::from_be_bytes(since.try_into().ok()?),
        })
    }
}

/// Issues and verifies the cookies.
#[derive(Clone)]
pub(crate) struct KnownBrowsers(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for KnownBrowsers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KnownBrowsers(..)")
    }
}

impl KnownBrowsers {
    pub(crate) fn new(key: &[u8]) -> Self {
        Self(Zeroizing::new(key.to_vec()))
    }

    /// The cookie value.
    pub(crate) fn token(&self, browser: &KnownBrowser) -> Option<String> {
        let mut bytes = browser.bytes();
        let mac = self.mac(&bytes)?.finalize().into_bytes();
        bytes.extend_from_slice(&mac);
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The browser that a cookie value stands for, unless it is forged or expired.
    pub(crate) fn check(&self, token: &str, now: Millis) -> Option<KnownBrowser> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (content, mac) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        self.mac(content)?.verify_slice(mac).ok()?;
        let browser = KnownBrowser::from_bytes(content)?;
        (now.saturating_sub(browser.since) < LIFETIME).then_some(browser)
    }

    /// HMAC accepts a key of any length, but the library's signature is fallible.
    fn mac(&self, content: &[u8]) -> Option<Hmac<Sha256>> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        Some(mac.chain_update(DOMAIN).chain_update(content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_token_stands_for_its_browser_until_it_is_old() {
        let browsers = KnownBrowsers::new(&[1; 32]);
        let user = UserId::from_bytes([7; 16]);
        let browser = KnownBrowser::new(user, &mut SeededEntropy::new(1), 1000);
        let token = browsers.token(&browser).unwrap();
        assert_eq!(browsers.check(&token, 1000), Some(browser));
        assert_eq!(browsers.check(&token, 999 + LIFETIME), Some(browser));
        assert_eq!(browsers.check(&token, 1000 + LIFETIME), None);
    }

    #[test]
    fn nobody_makes_one_up() {
        let browsers = KnownBrowsers::new(&[1; 32]);
        let others = KnownBrowsers::new(&[2; 32]);
        let user = UserId::from_bytes([7; 16]);
        let browser = KnownBrowser::new(user, &mut SeededEntropy::new(1), 0);
        let token = browsers.token(&browser).unwrap();
        let mut changed = URL_SAFE_NO_PAD.decode(&token).unwrap();
        changed[0] ^= 1;
        for forged in [
            others.token(&browser).unwrap(),
            URL_SAFE_NO_PAD.encode(changed),
            token[1..].to_owned(),
            String::new(),
            "?".to_owned(),
        ] {
            assert_eq!(browsers.check(&forged, 0), None, "{forged}");
        }
    }
}
