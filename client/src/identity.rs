//! A member's identity key: certifies their devices, and lives in the vault. Also the one-time secret of
//! an invite, which is the same kind of key.

use ed25519_dalek::{Signer as _, SigningKey};
use parley_protocol::keys::{Ed25519PublicKey, Signature};
use zeroize::Zeroizing;

use crate::rng::Rng;

/// An Ed25519 key pair (RFC 8032) that is not a device's.
pub struct Identity(SigningKey);

impl Identity {
    /// A new one.
    pub fn generate(rng: &mut Rng) -> Self {
        Self(SigningKey::from_bytes(&rng.bytes()))
    }

    /// From its 32-byte seed.
    pub fn from_secret(secret: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&secret))
    }

    /// Its 32-byte seed.
    pub fn to_secret(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    pub fn public_key(&self) -> Ed25519PublicKey {
        Ed25519PublicKey::from_bytes(self.0.verifying_key().to_bytes())
    }

    /// Signs.
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature::from_bytes(self.0.sign(message).to_bytes())
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Identity").field(&self.public_key()).finish()
    }
}
