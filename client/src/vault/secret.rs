//! The vault's key pair. Every device seals to the public half; who has the secret half reads everything.
//! HPKE (RFC 9180) in base mode: X25519, HKDF-SHA-256, ChaCha20-Poly1305, one message for each encapsulation.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use parley_protocol::keys::Curve25519PublicKey;
use zeroize::Zeroizing;

use crate::rng::Rng;

type Secret = <X25519HkdfSha256 as hpke::Kem>::PrivateKey;
type Public = <X25519HkdfSha256 as hpke::Kem>::PublicKey;
type Encapsulated = <X25519HkdfSha256 as hpke::Kem>::EncappedKey;

/// Bytes of an encapsulated key, which stands before the ciphertext.
const ENCAPSULATED_BYTES: usize = 32;
const INFO: &[u8] = b"parley vault 1";

/// The secret half of a vault's key.
#[derive(Clone)]
pub struct VaultSecret(Secret);

/// A sealed text that does not open: of another vault, bound to something else, or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this was not sealed for this vault")]
pub struct OpenSealedError;

impl VaultSecret {
    /// A new one.
    pub fn generate(rng: &mut Rng) -> Self {
        let seed = Zeroizing::new(rng.bytes::<32>());
        let (secret, _) = X25519HkdfSha256::derive_keypair(seed.as_slice());
        Self(secret)
    }

    /// From its 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        // 32 bytes are always an X25519 key; RFC 7748 clamps them when they are used.
        let secret = Secret::from_bytes(bytes);
        Self(secret.unwrap_or_else(|_| X25519HkdfSha256::derive_keypair(bytes).0))
    }

    /// Its 32 bytes.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    /// The public half.
    pub fn public_key(&self) -> Curve25519PublicKey {
        let public = X25519HkdfSha256::sk_to_pk(&self.0);
        Curve25519PublicKey::from_bytes(public.to_bytes().into())
    }

    /// Opens what [`seal`] made, if it was bound to `bound_to`.
    ///
    /// # Errors
    /// [`OpenSealedError`]
    pub fn open(
        &self,
        sealed: &[u8],
        bound_to: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenSealedError> {
        let (encapsulated, ciphertext) = sealed
            .split_at_checked(ENCAPSULATED_BYTES)
            .ok_or(OpenSealedError)?;
        let encapsulated = Encapsulated::from_bytes(encapsulated).map_err(|_| OpenSealedError)?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.0,
            &encapsulated,
            INFO,
            ciphertext,
            bound_to,
        )
        .map(Zeroizing::new)
        .map_err(|_| OpenSealedError)
    }
}

/// Seals for whoever has the secret half: 48 bytes longer than the plaintext. `None` if the key is no point that can
/// be sealed to, or the plaintext is beyond what fits in memory.
pub fn seal(
    key: &Curve25519PublicKey,
    plaintext: &[u8],
    bound_to: &[u8],
    rng: &mut Rng,
) -> Option<Vec<u8>> {
    let key = Public::from_bytes(key.as_bytes()).ok()?;
    let (encapsulated, ciphertext) =
        hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &key,
            INFO,
            plaintext,
            bound_to,
            rng.as_crypto_rng(),
        )
        .ok()?;
    let mut sealed = encapsulated.to_bytes().to_vec();
    sealed.extend_from_slice(&ciphertext);
    Some(sealed)
}

impl std::fmt::Debug for VaultSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(_) = self;
        f.write_str("VaultSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_its_secret_as_it_was_bound_and_unchanged() {
        let mut rng = Rng::from_seed([1; 32]);
        let (secret, other) = (
            VaultSecret::generate(&mut rng),
            VaultSecret::generate(&mut rng),
        );
        let sealed = seal(&secret.public_key(), b"a key", b"one", &mut rng).unwrap();
        assert_eq!(sealed.len(), 5 + 48);
        assert_eq!(secret.open(&sealed, b"one").unwrap().as_slice(), b"a key");
        let again = VaultSecret::from_bytes(&secret.to_bytes());
        assert_eq!(again.open(&sealed, b"one").unwrap().as_slice(), b"a key");
        assert_eq!(secret.open(&sealed, b"two"), Err(OpenSealedError));
        assert_eq!(other.open(&sealed, b"one"), Err(OpenSealedError));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(secret.open(&changed, b"one"), Err(OpenSealedError), "{at}");
            assert_eq!(secret.open(&sealed[..at], b"one"), Err(OpenSealedError));
        }
    }

    #[test]
    fn two_seals_of_the_same_differ() {
        let mut rng = Rng::from_seed([1; 32]);
        let key = VaultSecret::generate(&mut rng).public_key();
        let first = seal(&key, b"a key", b"", &mut rng);
        assert_ne!(first, seal(&key, b"a key", b"", &mut rng));
    }

    #[test]
    fn nothing_is_sealed_to_a_key_that_is_no_point() {
        let mut rng = Rng::from_seed([1; 32]);
        let zero = Curve25519PublicKey::from_bytes([0; 32]);
        assert_eq!(seal(&zero, b"a key", b"", &mut rng), None);
    }

    #[test]
    fn printing_shows_no_key() {
        let secret = VaultSecret::generate(&mut Rng::from_seed([1; 32]));
        assert_eq!(format!("{secret:?}"), "VaultSecret(..)");
    }
}
