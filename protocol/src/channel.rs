//! What a channel's stream is made of. The relay numbers the items of a channel 1, 2, 3, …; it can read
//! who wrote and when, and nothing of what was written.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::entry::Head;
use crate::ids::{ChannelId, CommunityId, DeviceId, MessageId};
use crate::json;
use crate::keys::{BadSignature, Ed25519PublicKey, SessionId, Signature};
use crate::signing;

/// An item at its place in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelItem {
    /// Its number in the channel, from 1.
    pub seq: u64,
    /// The relay's clock when it took the item.
    pub at: Millis,
    /// The device that sent it, as the relay says. Clients check it against the session's announcement.
    pub author: DeviceId,
    /// What it is.
    pub content: ItemContent,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemContent {
    /// A new Megolm session of the author.
    Announcement(SignedAnnouncement),
    /// Something written.
    Message(EncryptedMessage),
}

/// A message as the relay sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncryptedMessage {
    /// Chosen by the author. The relay takes an id once per channel and device.
    pub id: MessageId,
    /// The announced session that encrypts it.
    pub session: SessionId,
    /// A Megolm message in base64, of a plaintext defined by the client.
    pub ciphertext: String,
}

/// An announcement as it travels and is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedAnnouncement {
    /// The exact JSON text that was signed, an [`Announcement`].
    pub body: String,
    /// By the author's device key, over [`crate::signing::announcement`].
    pub signature: Signature,
    /// By the session's own key, over [`crate::signing::session_proof`]: nobody announces a session whose
    /// secret half they do not hold.
    pub proof: Signature,
}

/// A device says: from now on I write in this channel with this session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The community.
    pub community: CommunityId,
    /// The channel.
    pub channel: ChannelId,
    /// The device.
    pub device: DeviceId,
    /// The new session.
    pub session: SessionId,
    /// The first message number that it will use.
    pub first_index: u32,
    /// The newest head the author had seen. Older than the last loss of a reader: the session is retired.
    pub head: Head,
    /// The session that this one replaces.
    pub previous: Option<PreviousSession>,
}

/// How far the replaced session went, so that a message which the relay held back leaves a visible gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousSession {
    /// Which one.
    pub session: SessionId,
    /// Its first message number that was never sent.
    pub next_index: u32,
}

impl SignedAnnouncement {
    /// Reads the body.
    ///
    /// # Errors
    /// The JSON error, if the body is not an [`Announcement`].
    pub fn parse_body(&self) -> Result<Announcement, json::Error> {
        json::read(&self.body)
    }

    /// Checks both signatures: of the device, and of the session that the body names.
    ///
    /// # Errors
    /// [`BadSignature`] if either does not verify.
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
