//! Random bytes as a value. Only [`OsEntropy`] asks the operating system.

use sha2::{Digest as _, Sha256};

/// Source of random bytes for ids, tokens and salts.
pub trait Entropy: Send + 'static {
    /// Fills `bytes` with random values.
    fn fill(&mut self, bytes: &mut [u8]);
}

pub(crate) fn random<const N: usize>(entropy: &mut dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

/// The operating system's random number generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    /// Aborts the process if the system has no randomness: guessable tokens are worse.
    fn fill(&mut self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            tracing::error!(%error, "the system has no random bytes");
            std::process::abort();
        }
    }
}

/// Reproducible bytes from a seed. For tests and simulations only.
#[derive(Debug, Clone)]
pub struct SeededEntropy {
    seed: u64,
    count: u64,
}

impl SeededEntropy {
    /// A generator that yields the same bytes for the same `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            self.count = self.count.wrapping_add(1);
            let mut hasher = Sha256::new();
            hasher.update(self.seed.to_be_bytes());
            hasher.update(self.count.to_be_bytes());
            let block: [u8; 32] = hasher.finalize().into();
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
        }
    }
}
