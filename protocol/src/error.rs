//! Errors that cross the wire, the same over HTTP and the socket. The client translates the code for people; the
//! message is for developers and operators.

use serde::{Deserialize, Serialize};

use crate::community::Rejection;
use crate::keys::Hash;

/// Why a request was refused.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// The reason, for programs.
    pub code: ErrorCode,
    /// The reason in English, for developers and operators.
    pub message: String,
}

/// Reasons of a refusal.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The bytes are not the expected JSON.
    Malformed,
    /// The relay does not know this type of frame.
    UnknownFrame,
    /// More bytes or items than [`crate::limits`] allows.
    TooLarge,
    /// A frame before the hello, or a request without a token.
    NotAuthenticated,
    /// The access token has expired: refresh it.
    TokenExpired,
    /// The session has ended: log in again.
    SessionEnded,
    /// The device's signature over the challenge is invalid.
    BadSignature,
    /// Unknown name, wrong password or wrong recovery key, or a proof that is not the member's.
    WrongCredentials,
    /// The code of the second factor is wrong or was used.
    WrongCode,
    /// The ticket was not issued by this relay, was used or has expired: sign in from the start.
    TicketExpired,
    /// There is no such meeting of two devices: it is over, or the code is wrong.
    LinkOver,
    /// Another device has used the code before.
    LinkTaken,
    /// A rate limit or quota is exceeded.
    RateLimited {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The request came from a page of another origin.
    ForeignOrigin,
    /// A request for the socket without `Upgrade: websocket`, most likely because a proxy removed it.
    UpgradeMissing,
    /// The setup token is not this relay's, or was used.
    WrongSetupToken,
    /// The community already exists.
    AlreadySetUp,
    /// No community has been created yet.
    NotSetUp,
    /// The rules of the community log do not allow the entry.
    Rejected {
        /// The violated rule.
        rejection: Rejection,
    },
    /// The member lacks the permission.
    NotPermitted,
    /// No such channel, or the member may not read it.
    UnknownChannel,
    /// No such device, or it was revoked.
    UnknownDevice,
    /// No such message in this channel: there is nothing under its number, or something else.
    UnknownMessage,
    /// What was signed names a head of the log that is not the newest: sign it anew.
    StaleHead,
    /// The Megolm session was not announced in this channel by this device.
    UnknownSession,
    /// The Megolm session was replaced, or a reader was removed since: announce a new one.
    SessionRetired,
    /// The voice channel or the vault is full.
    Full,
    /// The device's chain in the vault has another segment of that number, or dropped it: go on after the last.
    VaultConflict {
        /// Number of the device's newest segment.
        last: u64,
    },
    /// No such blob, or the member may not read it.
    UnknownBlob {
        /// The hash that names it.
        blob: Hash,
    },
    /// The uploaded bytes have another hash than the request says. Nothing was stored.
    BlobMismatch,
    /// The member's files would take more room than one member may have. Nothing was stored.
    BlobQuota {
        /// Bytes of the blobs that they uploaded and that still live.
        used: u64,
        /// Bytes that they may have.
        quota: u64,
    },
    /// The relay has no room left for files: its disk is full, or what the operator allows them. Nothing was stored.
    DiskFull,
    /// The relay's disk is full or broken. Nothing was stored.
    StorageFailed,
    /// A newer connection of this device replaced this one.
    Replaced,
    /// The client read too slowly: reconnect and resume from the last position.
    TooSlow,
    /// The relay is shutting down.
    ShuttingDown,
    /// A defect of the relay; its log has the details.
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
    /// An error with a message in English.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}
