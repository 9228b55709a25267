//! Secrets of recovery keys. They are 32 random bytes, so a plain hash of one cannot be guessed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::auth::RecoverySecret;
use sha2::{Digest as _, Sha256};

use super::secret_gate::Permit;

const BYTES: usize = 32;

/// SHA-256 of a recovery secret.
pub(crate) type RecoveryHash = [u8; 32];

/// Whether it has the length of one, so that no short secret is stored as a way in.
pub(crate) fn is_well_formed(secret: &RecoverySecret) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(&secret.0);
    bytes.is_ok_and(|bytes| bytes.len() == BYTES)
}

pub(crate) fn hash(secret: &RecoverySecret) -> RecoveryHash {
    Sha256::digest(secret.0.as_bytes()).into()
}

/// Whether the secret matches. Without a stored hash the work is the same, and nothing matches.
pub(crate) fn fits(stored: Option<&RecoveryHash>, secret: &RecoverySecret, _: Permit) -> bool {
    let nobody = [0; 32];
    let wanted = stored.unwrap_or(&nobody);
    let difference = hash(secret)
        .iter()
        .zip(wanted)
        .fold(0, |difference, (a, b)| difference | (a ^ b));
    difference == 0 && stored.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_fits() {
        let secret = |byte| RecoverySecret(URL_SAFE_NO_PAD.encode([byte; BYTES]));
        let stored = hash(&secret(1));
        assert!(fits(Some(&stored), &secret(1), Permit::for_test()));
        assert!(!fits(Some(&stored), &secret(2), Permit::for_test()));
        assert!(!fits(None, &secret(1), Permit::for_test()));
        assert!(is_well_formed(&secret(1)));
        for short in ["", "short", "?"] {
            assert!(!is_well_formed(&RecoverySecret(short.to_owned())));
        }
    }
}
