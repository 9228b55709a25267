//! What two devices say to each other to verify their members: plain JSON, inside an Olm message.

use parley_protocol::Millis;
use parley_protocol::ids::VerificationId;
use parley_protocol::keys::{Curve25519PublicKey, Hash};
use serde::{Deserialize, Serialize};

use super::code::CodeSecret;

/// One message of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationMessage {
    /// The verification, as the device that began it named it.
    pub id: VerificationId,
    /// What is said.
    pub body: VerificationBody,
}

/// What a message of a verification says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerificationBody {
    /// From the asker to all devices of the other member: "compare with me".
    Request {
        /// When it was asked, by the asker's clock. One that comes hours later is not shown.
        at: Millis,
    },
    /// From the answerer: "yes". It commits to the answerer's key before it knows the asker's.
    Accept {
        /// Hash of the key that will follow.
        commitment: Hash,
    },
    /// A key for this verification alone. First the asker's, then the answerer's.
    Key {
        /// An ephemeral X25519 key (RFC 7748).
        key: Curve25519PublicKey,
    },
    /// The person says that both screens show the same.
    Mac {
        /// HMAC-SHA256 over all that is verified, as the sender's log has it.
        mac: Hash,
    },
    /// The sender has read the code on the receiver's screen, and found the right keys in it.
    Scanned {
        /// The secret that was in the code.
        secret: CodeSecret,
    },
    /// It is over.
    Cancel {
        /// Why.
        reason: CancelReason,
    },
}

/// Why a device ends a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The person does not want to.
    Declined,
    /// The person closed it.
    Closed,
    /// The two screens, or the keys, differ.
    Mismatch,
    /// Nobody answered in time.
    TimedOut,
    /// Another device of the same member has it in hand.
    OtherDevice,
    /// The member is in another verification with the same person.
    Busy,
    /// This device knows of no such verification.
    NotKnown,
    /// A reason that this version has no word for.
    #[serde(other)]
    Other,
}
