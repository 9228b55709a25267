//! Bytes for ids and keys of tests.

use std::sync::atomic::{AtomicU64, Ordering};

use parley_relay::entropy::{Entropy as _, SeededEntropy};

/// Bytes that no other call in this run gets.
pub(crate) fn fresh<const N: usize>() -> [u8; N] {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0; N];
    SeededEntropy::new(COUNT.fetch_add(1, Ordering::Relaxed)).fill(&mut bytes);
    bytes
}
