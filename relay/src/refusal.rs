//! Refusals with their English message, and how a failed statement becomes one. No decisions.

use parley_protocol::community::Rejection;
use parley_protocol::error::{ApiError, ErrorCode};

/// Why a command changed nothing.
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

/// Logs what failed and gives the refusal for it.
pub(crate) fn storage_failed(error: &rusqlite::Error) -> ApiError {
    tracing::error!(%error, "storage failed");
    refused(ErrorCode::StorageFailed)
}

/// A refusal with the message of its kind.
pub(crate) fn refused(code: ErrorCode) -> ApiError {
    let message = match &code {
        ErrorCode::Malformed => "this cannot be read",
        ErrorCode::UnknownFrame => "the relay does not know this type of frame",
        ErrorCode::TooLarge => "this is larger than allowed",
        ErrorCode::NotAuthenticated => "an access token is needed first",
        ErrorCode::TokenExpired => "the access token is over",
        ErrorCode::SessionEnded => "the session was ended",
        ErrorCode::BadSignature => "a signature does not verify",
        ErrorCode::WrongCredentials => "no such name, or another password",
        ErrorCode::RateLimited { .. } => "too many tries",
        ErrorCode::ForeignOrigin => "the request came from another site",
        ErrorCode::UpgradeMissing => {
            "a WebSocket needs `Upgrade: websocket`; a proxy between may remove it"
        }
        ErrorCode::WrongSetupToken => "the set-up link is not valid",
        ErrorCode::AlreadySetUp => "the community exists already",
        ErrorCode::NotSetUp => "there is no community yet",
        ErrorCode::Rejected { .. } => "the log does not allow it",
        ErrorCode::NotPermitted => "the member may not do this",
        ErrorCode::UnknownChannel => "there is no such channel",
        ErrorCode::UnknownDevice => "there is no such device",
        ErrorCode::UnknownSession => "the session was not announced",
        ErrorCode::SessionRetired => "the session is retired: announce a new one",
        ErrorCode::Full => "there is no room",
        ErrorCode::StorageFailed => "the relay could not store this; nothing was kept",
        ErrorCode::Replaced => "another connection of this device took over",
        ErrorCode::TooSlow => "the connection read too slowly",
        ErrorCode::ShuttingDown => "the relay is stopping",
        ErrorCode::Internal => "the relay has a defect",
    };
    ApiError::new(code, message)
}
