//! To-device messages: Olm ciphertext from one device to another, stored by the relay until the receiver
//! acknowledges it; and the prekeys with which an Olm session is started.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::ids::DeviceId;
use crate::keys::{Curve25519PublicKey, Signature};

/// An Olm message (vodozemac's `OlmMessage`).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OlmCiphertext {
    /// 0: pre-key message, starts a session. 1: normal message.
    pub message_type: u8,
    /// Ciphertext in base64, at most [`crate::limits::MAX_MAIL_CHARS`].
    pub ciphertext: String,
}

/// A to-device message on its way to the relay.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboundMail {
    /// The receiving device.
    pub to: DeviceId,
    /// The encrypted message.
    pub message: OlmCiphertext,
    /// Useful only for about a minute (call signalling): the relay drops it if the device is not connected.
    #[serde(default)]
    pub transient: bool,
}

/// A to-device message on its way to the receiver.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundMail {
    /// Sequence number in the receiver's mailbox, ascending with gaps. Transient messages have 0 and are not
    /// acknowledged.
    pub seq: u64,
    /// The relay's clock when it accepted the message.
    pub at: Millis,
    /// The sending device according to the relay. Checked by decrypting.
    pub from: DeviceId,
    /// The encrypted message.
    pub message: OlmCiphertext,
}

/// A one-time or fallback key, signed by its device over [`crate::signing::prekey`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedPrekey {
    /// The public key.
    pub key: Curve25519PublicKey,
    /// Signature by the device key.
    pub signature: Signature,
}

/// Prekeys that a device publishes at the relay.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Prekeys {
    /// New one-time keys, each handed out once; at most [`crate::limits::MAX_ONE_TIME_KEYS`].
    pub one_time: Vec<SignedPrekey>,
    /// Handed out when no one-time key is left. Replaces the previous fallback key.
    pub fallback: Option<SignedPrekey>,
}

/// A prekey that the relay hands out to start an Olm session with a device.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedPrekey {
    /// The device that published it.
    pub device: DeviceId,
    /// The signed key.
    pub prekey: SignedPrekey,
    /// Whether it is the fallback key.
    pub fallback: bool,
}
