//! The segments of a member's vault. Each device appends its own chain: sealed to the vault's key, signed, each naming
//! the hash of the one before. What is inside is the client's matter.

use serde::{Deserialize, Serialize};

use crate::ids::{CommunityId, DeviceId};
use crate::keys::{BadSignature, Ed25519PublicKey, Hash, Signature};
use crate::signing;

/// A link of one device's chain.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Its number in the chain, from 1.
    pub counter: u64,
    /// Hash of the segment before it; zeros for the first.
    pub previous: Hash,
    /// Sealed to the vault's key, base64url; at most [`crate::limits::MAX_SEGMENT_CHARS`].
    pub sealed: String,
    /// Signature by the device, over [`crate::signing::vault_segment`].
    pub signature: Signature,
}

impl Segment {
    /// What the first segment names as the one before.
    pub const NONE_BEFORE: Hash = Hash::from_bytes([0; 32]);

    /// The hash that the next segment names: SHA-256 of what is signed.
    pub fn hash(&self, community: &CommunityId, device: &DeviceId) -> Hash {
        Hash::of(&self.signed(community, device))
    }

    /// Verifies the device's signature.
    ///
    /// # Errors
    /// [`BadSignature`] if it is not by that device, for that community and chain.
    pub fn verify(
        &self,
        community: &CommunityId,
        device: &DeviceId,
        key: &Ed25519PublicKey,
    ) -> Result<(), BadSignature> {
        key.verify(&self.signed(community, device), &self.signature)
    }

    fn signed(&self, community: &CommunityId, device: &DeviceId) -> Vec<u8> {
        signing::vault_segment(
            community,
            device,
            self.counter,
            &self.previous,
            &self.sealed,
        )
    }
}

/// A segment as the relay hands it out.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSegment {
    /// Its number in the order in which the relay got the member's segments.
    pub number: u64,
    /// The device that wrote it.
    pub device: DeviceId,
    /// The segment.
    pub segment: Segment,
}

/// Response of `GET /vault?before=<number>`: the member's segments, newest first. Needs an access token.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultPage {
    /// Descending by number.
    pub segments: Vec<StoredSegment>,
    /// Where the next page ends. `None`: this was the last one.
    pub before: Option<u64>,
    /// Segments of the whole vault, for showing progress.
    pub total: u64,
}
