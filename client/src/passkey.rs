//! Passkeys: from what an authenticator computes to the key of a wrap, and the texts that the relay and the browser
//! exchange in a ceremony (Web Authentication level 3). The browser itself is not here.

mod ceremony;

use std::fmt;

use hkdf::Hkdf;
use parley_protocol::ids::CommunityId;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::vault::{WrapKey, WrapUse};

pub use ceremony::{
    Asserted, CeremonyError, Created, Creation, Request, read_creation, read_id, read_request,
};

/// What the PRF extension is asked to compute on. The same for all passkeys of a community, so that one can be used
/// before it is known which.
pub fn prf_input(community: &CommunityId) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"parley passkey 1")
        .chain_update(community.as_bytes())
        .finalize()
        .into()
}

/// What the PRF extension computed: 32 bytes that only this passkey gives. Never leaves the browser.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PrfOutput([u8; 32]);

impl PrfOutput {
    /// From the browser's answer.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key of the passkey's wrap: HKDF-SHA-256 (RFC 5869).
    pub fn wrap_key(&self) -> WrapKey {
        let mut key = Zeroizing::new([0; 32]);
        let done = Hkdf::<Sha256>::new(None, &self.0)
            .expand(b"parley passkey vault 1", key.as_mut_slice());
        // 32 bytes are within what HKDF gives, so this does not fail.
        debug_assert!(done.is_ok());
        WrapKey::new(WrapUse::Passkey, &key)
    }
}

impl fmt::Debug for PrfOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(_) = self;
        f.write_str("PrfOutput(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_passkey_or_community_gives_another_key() {
        let key = |byte| *PrfOutput::new([byte; 32]).wrap_key().as_bytes();
        assert_eq!(key(1), key(1));
        assert_ne!(key(1), key(2));
        assert_ne!(key(1), [1; 32]);
        let input = |byte| prf_input(&CommunityId::from_bytes([byte; 32]));
        assert_eq!(input(1), input(1));
        assert_ne!(input(1), input(2));
    }

    #[test]
    fn printing_shows_nothing() {
        assert_eq!(format!("{:?}", PrfOutput::new([7; 32])), "PrfOutput(..)");
    }
}
