//! Refusals with their English message, and the mapping from storage errors. No decisions.

use parley_protocol::community::Rejection;
use parley_protocol::error::{ApiError, ErrorCode};

/// Why a command was not applied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The rules do not allow it.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// The disk or the database failed.
    #[error("storage failed: {0}")]
    Storage(#[from] rusqlite::Error),
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(refused(code))
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Refused(rejection.into())
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) => error,
            Failure::Storage(error) => storage_failed(&error),
        }
    }
}

/// Logs a storage error and returns the refusal for it.
pub(crate) fn storage_failed(error: &rusqlite::Error) -> ApiError {
    tracing::error!(%error, "storage failed");
    refused(ErrorCode::StorageFailed)
}

/// A refusal with the default message of its code.
pub(crate) fn refused(code: ErrorCode) -> ApiError {
    let message = match &code {
        ErrorCode::Malformed => "malformed request",
        ErrorCode::UnknownFrame => "unknown frame type",
        ErrorCode::TooLarge => "too large",
        ErrorCode::NotAuthenticated => "not authenticated: an access token is required",
        ErrorCode::TokenExpired => "the token has expired",
        ErrorCode::SessionEnded => "the session has ended",
        ErrorCode::BadSignature => "invalid signature",
        ErrorCode::WrongCredentials => "unknown name or wrong secret",
        ErrorCode::WrongCode => "the code is wrong or was used",
        ErrorCode::TicketExpired => "the ticket is not valid any more",
        ErrorCode::LinkOver => "no such meeting of devices: it is over, or the code is wrong",
        ErrorCode::LinkTaken => "another device has used the code",
        ErrorCode::RateLimited { .. } => "rate limit or quota exceeded",
        ErrorCode::ForeignOrigin => "cross-origin request refused",
        ErrorCode::UpgradeMissing => {
            "a WebSocket needs `Upgrade: websocket`; a proxy in front may have removed it"
        }
        ErrorCode::WrongSetupToken => "invalid setup token",
        ErrorCode::AlreadySetUp => "the community already exists",
        ErrorCode::NotSetUp => "no community has been created yet",
        ErrorCode::Rejected { .. } => "rejected by the rules of the community log",
        ErrorCode::NotPermitted => "not permitted",
        ErrorCode::UnknownChannel => "unknown channel",
        ErrorCode::UnknownDevice => "unknown device",
        ErrorCode::UnknownMessage => "unknown message",
        ErrorCode::StaleHead => "names a head of the log that is not the newest: sign it anew",
        ErrorCode::UnknownSession => "the Megolm session was not announced",
        ErrorCode::SessionRetired => "the Megolm session is retired: announce a new one",
        ErrorCode::Full => "full",
        ErrorCode::VaultConflict { .. } => "the vault has another segment of that number",
        ErrorCode::UnknownBlob { .. } => "unknown blob",
        ErrorCode::BlobMismatch => "the bytes have another hash; nothing was stored",
        ErrorCode::BlobQuota { .. } => {
            "the member's files take as much room as they may; nothing was stored"
        }
        ErrorCode::DiskFull => "the relay has no room left for files; nothing was stored",
        ErrorCode::StorageFailed => "storage failed; nothing was stored",
        ErrorCode::Replaced => "replaced by a newer connection of this device",
        ErrorCode::TooSlow => "too slow",
        ErrorCode::ShuttingDown => "the relay is shutting down",
        ErrorCode::Internal => "internal error",
    };
    ApiError::new(code, message)
}
