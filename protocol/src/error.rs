//! The errors that cross the wire, the same over HTTP and the socket. What people read is made from the
//! code by the client; the message is for those who look closer.

use serde::{Deserialize, Serialize};

use crate::community::Rejection;

/// Why something was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// What kind of refusal.
    pub code: ErrorCode,
    /// In English, for the curious.
    pub message: String,
}

/// Kinds of refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The bytes are not the JSON that was expected.
    Malformed,
    /// A frame of a type that the relay does not know.
    UnknownFrame,
    /// More bytes or items than [`crate::limits`] allows.
    TooLarge,
    /// Something came before the hello, or no token came at all.
    NotAuthenticated,
    /// The access token is over: refresh it.
    TokenExpired,
    /// The session was ended. Log in again.
    SessionEnded,
    /// The device's signature over the challenge does not verify.
    BadSignature,
    /// No such name, or another password.
    WrongCredentials,
    /// Too many tries.
    RateLimited {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The request came from a page of another origin.
    ForeignOrigin,
    /// The socket was asked for without `Upgrade: websocket`, most likely because a proxy removed it.
    UpgradeMissing,
    /// The set-up link is not this relay's, or was used.
    WrongSetupToken,
    /// The community exists.
    AlreadySetUp,
    /// There is no community yet.
    NotSetUp,
    /// The log does not allow it.
    Rejected {
        /// Why.
        rejection: Rejection,
    },
    /// The member may not do this.
    NotPermitted,
    /// No such channel, or not for this member.
    UnknownChannel,
    /// No such device, or it was revoked.
    UnknownDevice,
    /// The Megolm session was not announced in this channel by this device.
    UnknownSession,
    /// The Megolm session was replaced, or somebody lost the right to read since: announce a new one.
    SessionRetired,
    /// The receiver's mailbox or the voice channel is full.
    Full,
    /// The relay's disk is full or broken. Nothing was kept.
    StorageFailed,
    /// Another connection of this device took over.
    Replaced,
    /// The connection read too slowly. Connect again and go on from the last position.
    TooSlow,
    /// The relay is stopping.
    ShuttingDown,
    /// A defect of the relay. Its log says more.
    Internal,
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        Self {
            code: ErrorCode::Rejected { rejection },
            message: rejection.to_string(),
        }
    }
}

impl ApiError {
    /// An error with its English message.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}
