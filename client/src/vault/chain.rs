//! One device's chain of segments, as its writer knows it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::ids::{CommunityId, DeviceId};
use parley_protocol::json;
use parley_protocol::keys::{Curve25519PublicKey, Hash, Signature};
use parley_protocol::limits::MAX_SEGMENT_CHARS;
use parley_protocol::signing;
use parley_protocol::vault::Segment;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::contents::SegmentContents;
use super::{VaultSecret, seal};
use crate::rng::Rng;

/// The newest segment of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChainEnd {
    pub(crate) counter: u64,
    pub(crate) hash: Hash,
}

impl ChainEnd {
    pub(crate) const EMPTY: Self = Self {
        counter: 0,
        hash: Segment::NONE_BEFORE,
    };
}

/// Whose chain it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChainOf {
    pub(crate) community: CommunityId,
    pub(crate) device: DeviceId,
}

impl ChainOf {
    fn bound_to(&self, counter: u64, previous: &Hash) -> Vec<u8> {
        signing::vault_segment(&self.community, &self.device, counter, previous, "")
    }

    /// Makes the segment after `end`. `None` if the vault's key is no good, or the contents are too long.
    pub(crate) fn make(
        &self,
        end: ChainEnd,
        key: &Curve25519PublicKey,
        contents: &SegmentContents,
        sign: impl FnOnce(&[u8]) -> Signature,
        rng: &mut Rng,
    ) -> Option<(Segment, ChainEnd)> {
        let counter = end.counter.checked_add(1)?;
        let plaintext = Zeroizing::new(json::write(contents));
        let bound_to = self.bound_to(counter, &end.hash);
        let sealed = seal(key, plaintext.as_bytes(), &bound_to, rng)?;
        let sealed = URL_SAFE_NO_PAD.encode(sealed);
        if sealed.len() > MAX_SEGMENT_CHARS {
            return None;
        }
        let message =
            signing::vault_segment(&self.community, &self.device, counter, &end.hash, &sealed);
        let segment = Segment {
            counter,
            previous: end.hash,
            sealed,
            signature: sign(&message),
        };
        let hash = Hash::of(&message);
        Some((segment, ChainEnd { counter, hash }))
    }

    /// Opens a segment whose signature was verified. `None` if it is not sealed for this vault, or no contents.
    pub(crate) fn open(&self, segment: &Segment, secret: &VaultSecret) -> Option<SegmentContents> {
        let sealed = URL_SAFE_NO_PAD.decode(&segment.sealed).ok()?;
        let bound_to = self.bound_to(segment.counter, &segment.previous);
        let plaintext = secret.open(&sealed, &bound_to).ok()?;
        json::read(plaintext.as_slice()).ok()
    }
}
