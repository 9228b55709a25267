//! What is inside a segment: keys of Megolm sessions, direct messages, account data, and what a chain took over from others.

use parley_protocol::Millis;
use parley_protocol::entry::VaultChain;
use parley_protocol::ids::DeviceId;
use serde::{Deserialize, Serialize};

use crate::megolm::{HandedKey, SessionRef};

/// Plaintext of a segment. Kinds that are not known yet are left out by whoever reads it.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct SegmentContents {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) keys: Vec<KeptKey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) data: Vec<NamedValue>,
    /// Direct messages, each a [`crate::content::direct::DirectCopy`] as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) direct: Vec<String>,
    /// Chains whose contents stand in this chain by now, up to there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) covers: Vec<VaultChain>,
    /// The device was set back and does not know the segment before this one: its hash is not to be relied on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) restarts: bool,
}

/// A session's key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptKey {
    pub(crate) session: SessionRef,
    pub(crate) handed: HandedKey,
}

/// A small value that all devices of a member share. The newest one stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedValue {
    /// Its name, as `verified/<user>`; at most [`NamedValue::MAX_NAME_BYTES`].
    pub name: String,
    /// JSON text, or anything else; at most [`NamedValue::MAX_VALUE_BYTES`]. Empty: there is none any more.
    pub value: String,
    /// When it was set, by the clock of the device that set it.
    pub at: Millis,
    /// The device that set it. Of two that were set at once, the greater one's stands.
    pub by: DeviceId,
}

impl NamedValue {
    /// Bytes of a name.
    pub const MAX_NAME_BYTES: usize = 128;
    /// Bytes of a value.
    pub const MAX_VALUE_BYTES: usize = 4 * 1024;

    /// Whether both parts keep their limits.
    pub(crate) fn is_small(&self) -> bool {
        !self.name.is_empty()
            && self.name.len() <= Self::MAX_NAME_BYTES
            && self.value.len() <= Self::MAX_VALUE_BYTES
    }

    /// Whether it stands before `other`.
    pub(crate) fn is_newer_than(&self, other: &Self) -> bool {
        (self.at, self.by, &self.value) > (other.at, other.by, &other.value)
    }
}

impl std::fmt::Debug for NamedValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            name: _,
            value,
            at,
            by,
        } = self;
        f.debug_struct("NamedValue")
            .field("bytes", &value.len())
            .field("at", at)
            .field("by", by)
            .finish_non_exhaustive()
    }
}
