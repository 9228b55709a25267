//! Randomness as a value: a `ChaCha20` generator that a driver seeds with 32 bytes from the operating
//! system. Nothing in this crate asks the operating system itself, except vodozemac for its own keys.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{CryptoRng, Rng as _, SeedableRng as _};

/// A cryptographic random number generator with a given start.
pub struct Rng(ChaCha20Rng);

impl Rng {
    /// Starts from 32 secret random bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// The next `N` random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// A number from 0 to `bound - 1`, nearly even for small bounds. 0 if `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64().checked_rem(bound).unwrap_or(0)
    }

    /// For a library that draws from it itself.
    pub(crate) fn as_crypto_rng(&mut self) -> &mut impl CryptoRng {
        &mut self.0
    }
}

impl std::fmt::Debug for Rng {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rng(..)")
    }
}
