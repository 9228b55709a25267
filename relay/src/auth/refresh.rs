//! Refresh tokens: 32 random bytes, valid for 7 days, each used once. Only their hashes are stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::Millis;
use sha2::{Digest as _, Sha256};

use crate::entropy::{Entropy, random};

/// Lifetime of a refresh token. After a longer absence the member logs in again.
pub(crate) const REFRESH_LIFETIME: Millis = 7 * 24 * 60 * 60 * 1000;

const BYTES: usize = 32;

/// A refresh token as the cookie carries it.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken(String);

impl RefreshToken {
    pub(crate) fn new(entropy: &mut dyn Entropy) -> Self {
        Self(URL_SAFE_NO_PAD.encode(random::<BYTES>(entropy)))
    }

    /// A token from a request, unchecked.
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Whether it has the shape of a token of this relay.
    pub(crate) fn is_well_formed(&self) -> bool {
        URL_SAFE_NO_PAD
            .decode(&self.0)
            .is_ok_and(|bytes| bytes.len() == BYTES)
    }

    /// The token itself, for the cookie only.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(_) = self;
        f.write_str("RefreshToken(..)")
    }
}
