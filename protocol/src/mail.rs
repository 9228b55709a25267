//! Mail: Olm ciphertext from one device to another, kept by the relay until the receiver has it; and
//! the public keys with which an Olm session is started.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::ids::DeviceId;
use crate::keys::{Curve25519PublicKey, Signature};

/// An Olm message (vodozemac's `OlmMessage`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OlmCiphertext {
    /// 0: starts a session. 1: belongs to one.
    pub message_type: u8,
    /// Base64.
    pub ciphertext: String,
}

/// Mail on its way to the relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboundMail {
    /// To which device.
    pub to: DeviceId,
    /// What.
    pub message: OlmCiphertext,
    /// Of use only for about a minute (call signalling): the relay drops it when the device is not connected.
    #[serde(default)]
    pub transient: bool,
}

/// Mail on its way to the receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundMail {
    /// Its number in the receiver's mailbox, rising, not dense. Transient mail has 0 and is not acknowledged.
    pub seq: u64,
    /// The relay's clock when it took the mail.
    pub at: Millis,
    /// The sending device, as the relay says. Checked by decrypting.
    pub from: DeviceId,
    /// What.
    pub message: OlmCiphertext,
}

/// A one-time or fallback key, signed by its device over [`crate::signing::prekey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedPrekey {
    /// The key.
    pub key: Curve25519PublicKey,
    /// By the device.
    pub signature: Signature,
}

/// Keys that a device leaves at the relay.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Prekeys {
    /// New one-time keys, each handed out once.
    pub one_time: Vec<SignedPrekey>,
    /// Handed out when no one-time key is left. Replaces the one before.
    pub fallback: Option<SignedPrekey>,
}

/// A key handed out by the relay to start a session with a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedPrekey {
    /// Whose.
    pub device: DeviceId,
    /// The key.
    pub prekey: SignedPrekey,
    /// Whether it is the fallback key.
    pub fallback: bool,
}
