//! A key that wraps a vault, and the way in that it belongs to.

use parley_protocol::ids::UserId;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A way into a vault. A wrap for one does not open by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrapUse {
    /// The password.
    Password,
    /// The recovery key.
    Recovery,
    /// A passkey with the PRF extension.
    Passkey,
}

/// A 32-byte key for one way in.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct WrapKey {
    #[zeroize(skip)]
    way: WrapUse,
    key: [u8; 32],
}

impl WrapKey {
    /// A key, which must be uniformly random or come out of a key derivation function.
    pub fn new(way: WrapUse, key: &[u8; 32]) -> Self {
        Self { way, key: *key }
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.key
    }

    /// What the ciphertext is bound to. The password's is as it was before there were other ways.
    pub(super) fn bound_to(&self, user: &UserId) -> Vec<u8> {
        let way: &[u8] = match self.way {
            WrapUse::Password => b"",
            WrapUse::Recovery => b"recovery",
            WrapUse::Passkey => b"passkey",
        };
        [user.as_bytes(), way].concat()
    }
}

impl std::fmt::Debug for WrapKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { way, key: _ } = self;
        write!(f, "WrapKey({way:?}, ..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_shows_no_key() {
        let printed = format!("{:?}", WrapKey::new(WrapUse::Recovery, &[7; 32]));
        assert_eq!(printed, "WrapKey(Recovery, ..)");
    }
}
