//! Where a message of a conversation stands: by the time that it is sorted by, and then by its author's device and its
//! id. The same on every device that has the same messages, in whatever order they came.
//!
//! A timeline knows places by number, so that one is made of the time and some bits of a hash. Of two messages with the
//! same number the later one by device and id moves on to the next free place: none hides another.

use parley_protocol::Millis;
use parley_protocol::ids::{DeviceId, MessageId};
use sha2::{Digest as _, Sha256};

use crate::content::direct::TIME_END;
use crate::timeline::relations::Target;

/// Bits of the hash in a number. With the 42 of the time, 63 are used.
pub(super) const HASH_BITS: u32 = 21;

/// By what messages are sorted.
pub(super) type Rank = (u64, DeviceId, MessageId);

/// The number at which a message stands, unless others are in its way.
pub(super) fn base(order: Millis, target: Target) -> u64 {
    let mut hash = Sha256::new();
    hash.update(target.device.as_bytes());
    hash.update(target.id.as_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let (first, _) = hash.split_first_chunk().unwrap_or((&[0; 8], &[]));
    let bits = u64::from_be_bytes(*first) >> (u64::BITS - HASH_BITS);
    (order.min(TIME_END - 1) << HASH_BITS) | bits
}
