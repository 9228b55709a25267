//! Bodies of `/link`: where two devices of one member meet while one is linked to the other. The relay keeps in memory
//! what they say, for minutes, and understands nothing of it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::ids::DeviceId;
use crate::keys::{Curve25519PublicKey, Hash};
use crate::link::LinkNumber;

byte_type!(/// The right to one of the two seats of a meeting: random bytes.
    LinkSeat, 16);

/// Body of `POST /link`, with an access token: a device opens a meeting. A member has one at a time.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLinkRequest {
    /// The device's key for this meeting.
    pub key: Curve25519PublicKey,
}

/// Response of `POST /link`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkOpened {
    /// The meeting.
    pub number: LinkNumber,
    /// The right to the first seat.
    pub seat: LinkSeat,
    /// When it is over if nobody comes, by the relay's clock.
    pub expires_at: Millis,
    /// The relay's clock.
    pub now: Millis,
}

/// Body of `POST /link/join`: the other device takes its seat.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinLinkRequest {
    /// The meeting.
    pub number: LinkNumber,
    /// Shows that the code is known: [`crate::link::LinkCode::proof`].
    pub proof: Hash,
    /// Chosen at random by who joins. The first one has the seat.
    pub seat: LinkSeat,
}

/// Response of `POST /link/join`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkJoined {
    /// The key of the device that opened the meeting, as the relay says.
    pub key: Curve25519PublicKey,
}

/// Body of `POST /link/send`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendLinkRequest {
    /// The meeting.
    pub number: LinkNumber,
    /// The sender's.
    pub seat: LinkSeat,
    /// Which message it is, counted from 1, so that a request sent twice counts once.
    pub index: u64,
    /// At most [`crate::limits::MAX_LINK_MESSAGE_BYTES`].
    pub text: String,
}

/// Body of `POST /link/receive`, which waits until there is something.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveLinkRequest {
    /// The meeting.
    pub number: LinkNumber,
    /// The receiver's.
    pub seat: LinkSeat,
    /// Messages up to this one have been received.
    pub after: u64,
}

/// Response of `POST /link/receive`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkMessages {
    /// Those that follow, in order. None after a while without any: ask again.
    pub messages: Vec<String>,
}

/// Body of `POST /link/end`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndLinkRequest {
    /// The meeting.
    pub number: LinkNumber,
    /// Of either side.
    pub seat: LinkSeat,
}

/// Body of `POST /auth/link/token`, with an access token of a device.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkTokenRequest {
    /// The only device that the token is good for.
    pub device: DeviceId,
}

macro_rules! without_secrets {
    ($($name:ident),+) => {
        $(impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("number", &self.number).finish_non_exhaustive()
            }
        })+
    };
}

without_secrets!(
    LinkOpened,
    JoinLinkRequest,
    SendLinkRequest,
    ReceiveLinkRequest,
    EndLinkRequest
);

impl fmt::Debug for LinkMessages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { messages } = self;
        write!(f, "LinkMessages({})", messages.len())
    }
}
