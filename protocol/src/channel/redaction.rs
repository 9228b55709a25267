//! A message that is deleted for everybody. The relay drops the ciphertext and keeps in its place the order that a
//! device signed, or, of a message that disappeared by itself, where it stood in its author's session. So numbers go
//! on, and what the author wrote is still one chain.

use serde::{Deserialize, Serialize};

use crate::entry::Head;
use crate::ids::{ChannelId, CommunityId, DeviceId, MessageId};
use crate::json;
use crate::keys::{BadSignature, Ed25519PublicKey, SessionId, Signature};
use crate::signing;

/// An order to delete a message, in transit and storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedRedaction {
    /// The exact JSON text that was signed: a [`Redaction`], at most [`crate::limits::MAX_REDACTION_BYTES`].
    pub body: String,
    /// Signature by the deleting device, over [`crate::signing::redaction`].
    pub signature: Signature,
}

/// States which message is deleted, and who does it in sight of which log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// The community of the channel.
    pub community: CommunityId,
    /// The message's channel.
    pub channel: ChannelId,
    /// The message's sequence number.
    pub seq: u64,
    /// The device that wrote it.
    pub author: DeviceId,
    /// The message's id.
    pub message: MessageId,
    /// The Megolm session that encrypted it.
    pub session: SessionId,
    /// Its index in the session, if the session signed it: see [`super::signed_index`].
    pub index: Option<u32>,
    /// The deleting device.
    pub by: DeviceId,
    /// The newest head that the deleting device had seen. Its right is judged there.
    pub head: Head,
    /// Whether nothing is shown in its place: it was no message, but something done with one that is deleted as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quiet: bool,
}

/// What is left of a message that disappeared by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpiredMessage {
    /// The message's id.
    pub id: MessageId,
    /// The Megolm session that encrypted it.
    pub session: SessionId,
    /// Its index in the session, if the session signed it.
    pub index: Option<u32>,
}

impl SignedRedaction {
    /// Parses the body.
    ///
    /// # Errors
    /// The JSON error, if the body is not a [`Redaction`].
    pub fn parse_body(&self) -> Result<Redaction, json::Error> {
        json::read(&self.body)
    }

    /// Verifies the signature of the deleting device.
    ///
    /// # Errors
    /// [`BadSignature`] if it is invalid.
    pub fn verify(&self, device: &Ed25519PublicKey) -> Result<(), BadSignature> {
        device.verify(&signing::redaction(&self.body), &self.signature)
    }
}
