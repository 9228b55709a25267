//! Entries of the community log: the signed text, and its content. [`crate::community`] decides what is allowed.

mod action;
mod calls;

use serde::{Deserialize, Serialize};

pub use action::{
    Action, ChannelDetails, ChannelKind, DeviceDetails, GuestTerms, History, MemberDetails,
    Permission, Permissions, Readers, VaultChain, VaultKey,
};
pub use calls::{CallOrder, CallRules};

use crate::Millis;
use crate::ids::{CommunityId, DeviceId, EntryId};
use crate::json;
use crate::keys::{Hash, Signature};
use crate::signing;

/// A position in the log: the number of entries, and the hash over all of them.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Head {
    /// Sequence number of the last entry. The genesis entry is 1; 0 is the empty log.
    pub seq: u64,
    /// Hash chained over entries 1 to `seq`.
    pub hash: Hash,
}

impl Head {
    /// The head of a log without entries.
    pub const EMPTY: Self = Self {
        seq: 0,
        hash: Hash::from_bytes([0; 32]),
    };

    /// The head after `entry`: `SHA-256(previous || entry)`, each part with its length.
    #[must_use]
    pub fn after(&self, entry: &Entry) -> Self {
        let hash = Hash::of_parts(&[
            self.hash.as_bytes(),
            entry.body.as_bytes(),
            entry.author.as_bytes(),
            entry.signature.as_bytes(),
        ]);
        Self {
            seq: self.seq.saturating_add(1),
            hash,
        }
    }
}

/// An entry in transit and storage.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The exact JSON text that was signed: an [`EntryBody`], written by [`EntryBody::to_text`].
    pub body: String,
    /// The device that signed it.
    pub author: DeviceId,
    /// Signature by the author's key, over [`crate::signing::entry`].
    pub signature: Signature,
}

/// The signed content of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryBody {
    /// The community of the entry. In the genesis entry it is [`EntryBody::founded_community`].
    pub community: CommunityId,
    /// Chosen at random by the author. The log accepts an id once.
    pub id: EntryId,
    /// The author's clock.
    pub at: Millis,
    /// The newest head that the author had seen. Must be a head of this log; empty only in the genesis entry.
    pub head: Head,
    /// The change to the community.
    pub action: Action,
}

impl EntryBody {
    /// The canonical text, the only one that may be signed for this body: compact JSON, fields in the order of
    /// their definition, sets sorted.
    pub fn to_text(&self) -> String {
        json::write(self)
    }

    /// The id of the community that this genesis creates, whatever community the body names so far: the SHA-256
    /// over [`signing::community`]. `None` for any other action.
    pub fn founded_community(&self) -> Option<CommunityId> {
        let mut body = self.clone();
        let Action::CommunityCreated { owner, .. } = &mut body.action else {
            return None;
        };
        owner.device.certificate = Signature::from_bytes([0; 64]);
        if let Some(vault) = &mut owner.vault {
            vault.certificate = Signature::from_bytes([0; 64]);
        }
        body.community = CommunityId::from_bytes([0; 32]);
        let hash = Hash::of(&signing::community(&body.to_text()));
        Some(CommunityId::from_bytes(*hash.as_bytes()))
    }
}

impl Entry {
    /// Parses the body.
    ///
    /// # Errors
    /// The JSON error, if the body is not an [`EntryBody`].
    pub fn parse_body(&self) -> Result<EntryBody, json::Error> {
        json::read(&self.body)
    }
}
