//! What two devices say to each other while one is linked to the other: JSON, inside their channel.

use parley_protocol::entry::Head;
use parley_protocol::ids::{CommunityId, DeviceId, UserId};
use parley_protocol::keys::{Curve25519PublicKey, Ed25519PublicKey, Signature};
use serde::{Deserialize, Serialize};

/// The new device, which the old one is asked to certify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDeviceKeys {
    /// Its id.
    pub id: DeviceId,
    /// The key that it signs with.
    pub ed25519: Ed25519PublicKey,
    /// Its identity key for Olm sessions.
    pub curve25519: Curve25519PublicKey,
    /// What it says it is.
    pub label: String,
}

/// What makes the new device one of the member's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The community, which commits to its genesis.
    pub community: CommunityId,
    /// The member.
    pub user: UserId,
    /// A head of the log that the old device has seen. The relay must show a log with it.
    pub head: Head,
    /// The old device.
    pub linked_by: DeviceId,
    /// Its signature over [`parley_protocol::signing::linked_device`].
    pub certificate: Signature,
    /// Lets the new device register at the relay, once.
    pub token: String,
}

impl std::fmt::Debug for Welcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            community,
            user,
            head,
            linked_by,
            certificate: _,
            token: _,
        } = self;
        f.debug_struct("Welcome")
            .field("community", community)
            .field("user", user)
            .field("head", &head.seq)
            .field("linked_by", linked_by)
            .finish_non_exhaustive()
    }
}

/// From the new device.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ToOld {
    /// "Certify me."
    Hello { device: NewDeviceKeys },
    /// "I am in the log."
    Added,
    /// The person ended it, or it did not work.
    End,
}

/// From the old device.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ToNew {
    Welcome {
        welcome: Box<Welcome>,
    },
    /// Some of the keys and values, newest first.
    Piece {
        piece: String,
        /// How much was sent with it, of how much.
        sent: u64,
        of: u64,
    },
    /// Everything was sent.
    Done,
    /// The person ended it.
    End,
    /// The person says that the digits differ.
    Mismatch,
}
