//! Public keys, signatures and hashes. Secret keys never live here.

use sha2::{Digest as _, Sha256};

byte_type!(/// An Ed25519 public key (RFC 8032).
    Ed25519PublicKey, 32);
byte_type!(/// A Curve25519 public key (RFC 7748).
    Curve25519PublicKey, 32);
byte_type!(/// An Ed25519 signature (RFC 8032).
    Signature, 64);
byte_type!(/// A SHA-256 hash.
    Hash, 32);
byte_type!(/// A Megolm session id: the session's Ed25519 public key.
    SessionId, 32);
byte_type!(/// The relay's challenge at the start of a socket.
    Nonce, 32);

/// The signature is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct BadSignature;

impl Ed25519PublicKey {
    /// Verifies a signature strictly: small-order keys and non-canonical values are refused.
    ///
    /// # Errors
    /// [`BadSignature`] if the key is not a curve point or the signature is invalid.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), BadSignature> {
        let key =
            ed25519_dalek::VerifyingKey::from_bytes(self.as_bytes()).map_err(|_| BadSignature)?;
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        key.verify_strict(message, &signature)
            .map_err(|_| BadSignature)
    }
}

impl Hash {
    /// SHA-256 of the bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_bytes(Sha256::digest(bytes).into())
    }

    /// SHA-256 over the parts, each preceded by its length as a 64-bit big-endian number, so that no two different
    /// lists of parts have the same input.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        Self::from_bytes(hasher.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The neutral point: with it a signature without a secret verifies under every message, unless the check is
    /// strict.
    const NEUTRAL: [u8; 32] = {
        let mut bytes = [0; 32];
        bytes[0] = 1;
        bytes
    };

    #[test]
    fn a_key_of_small_order_verifies_nothing() {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&NEUTRAL);

        let lax = ed25519_dalek::VerifyingKey::from_bytes(&NEUTRAL).unwrap();
        let forged = ed25519_dalek::Signature::from_bytes(&bytes);
        assert!(ed25519_dalek::Verifier::verify(&lax, b"anything", &forged).is_ok());

        let key = Ed25519PublicKey::from_bytes(NEUTRAL);
        let forged = Signature::from_bytes(bytes);
        assert_eq!(key.verify(b"anything", &forged), Err(BadSignature));
    }

    #[test]
    fn bytes_that_are_no_key_verify_nothing() {
        let key = Ed25519PublicKey::from_bytes([0xff; 32]);
        let signature = Signature::from_bytes([0xff; 64]);
        assert_eq!(key.verify(b"", &signature), Err(BadSignature));
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(
            Hash::of_parts(&[b"ab", b"c"]),
            Hash::of_parts(&[b"a", b"bc"])
        );
        assert_ne!(Hash::of_parts(&[b"ab"]), Hash::of_parts(&[b"ab", b""]));
    }

    #[test]
    fn a_value_has_one_text() {
        let text = Hash::from_bytes([0; 32]).to_string();
        assert_eq!(text.parse(), Ok(Hash::from_bytes([0; 32])));
        let last = text.len() - 1;
        for other in [
            format!("{text}="),
            format!("{}B", &text[..last]),
            text[..last].to_owned(),
            text.replace('A', "+"),
            format!(" {text}"),
        ] {
            assert!(other.parse::<Hash>().is_err(), "{other}");
        }
    }
}
