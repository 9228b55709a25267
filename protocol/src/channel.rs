//! The items of a channel. The relay assigns sequence numbers 1, 2, 3, …; it sees authors and times, but no
//! content.

mod megolm;
mod redaction;

pub use megolm::signed_index;
pub use redaction::{ExpiredMessage, Redaction, SignedRedaction};

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::entry::Head;
use crate::ids::{ChannelId, CommunityId, DeviceId, MessageId};
use crate::json;
use crate::keys::{BadSignature, Ed25519PublicKey, Hash, SessionId, Signature};
use crate::signing;

/// An item of a channel, with its sequence number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelItem {
    /// Sequence number in the channel, from 1, without gaps.
    pub seq: u64,
    /// The relay's clock when it accepted the item.
    pub at: Millis,
    /// The sending device according to the relay. Clients check it against the session's announcement.
    pub author: DeviceId,
    /// What stands here.
    pub content: ItemContent,
}

/// Content of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemContent {
    /// Announces a new Megolm session of the author.
    Announcement(SignedAnnouncement),
    /// An encrypted message.
    Message(EncryptedMessage),
    /// The order by which a message was deleted, in its place.
    Tombstone(SignedRedaction),
    /// What is left of a message whose time was over. See [`crate::entry::ChannelDetails::expires_after`].
    Expired(ExpiredMessage),
}

/// A message as the relay sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncryptedMessage {
    /// Chosen by the author. The relay accepts an id once per channel and device.
    pub id: MessageId,
    /// The announced Megolm session that encrypts it.
    pub session: SessionId,
    /// A Megolm message in base64; the client defines the plaintext.
    pub ciphertext: String,
    /// Blobs that live as long as the item, at most [`crate::limits::MAX_BLOBS_PER_ITEM`]: chunks of the files that the
    /// plaintext describes. See [`crate::files`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blobs: Vec<Hash>,
}

/// An announcement in transit and storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedAnnouncement {
    /// The exact JSON text that was signed: an [`Announcement`].
    pub body: String,
    /// Signature by the author's device key, over [`crate::signing::announcement`].
    pub signature: Signature,
    /// Signature by the session's own key, over [`crate::signing::session_proof`]: proves that the device holds the
    /// session's secret half.
    pub proof: Signature,
}

/// States which Megolm session a device uses in a channel from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The community of the channel.
    pub community: CommunityId,
    /// The channel in which the session will be used.
    pub channel: ChannelId,
    /// The announcing device.
    pub device: DeviceId,
    /// The new session.
    pub session: SessionId,
    /// The first message index that it will use.
    pub first_index: u32,
    /// The newest head that the author had seen. If a reader was removed after it, the session is retired.
    pub head: Head,
    /// The session that this one replaces.
    pub previous: Option<PreviousSession>,
}

/// How far the replaced session was used, so that a message withheld by the relay leaves a visible gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousSession {
    /// The replaced session.
    pub session: SessionId,
    /// Its first message index that was never sent.
    pub next_index: u32,
}

impl SignedAnnouncement {
    /// Parses the body.
    ///
    /// # Errors
    /// The JSON error, if the body is not an [`Announcement`].
    pub fn parse_body(&self) -> Result<Announcement, json::Error> {
        json::read(&self.body)
    }

    /// Verifies both signatures: of the device, and of the session that the body names.
    ///
    /// # Errors
    /// [`BadSignature`] if either is invalid.
    pub fn verify(
        &self,
        device: &Ed25519PublicKey,
        session: &SessionId,
    ) -> Result<(), BadSignature> {
        device.verify(&signing::announcement(&self.body), &self.signature)?;
        Ed25519PublicKey::from_bytes(*session.as_bytes())
            .verify(&signing::session_proof(&self.body), &self.proof)
    }
}
