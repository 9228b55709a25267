//! A refusal as an HTTP response.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use parley_protocol::error::{ApiError, ErrorCode};

use crate::refusal::refused;

#[derive(Debug)]
pub(super) struct Refused(ApiError);

impl Refused {
    #[cfg(test)]
    pub(super) fn code(&self) -> &ErrorCode {
        &self.0.code
    }

    /// Whether the session no longer exists.
    pub(super) fn ends_session(&self) -> bool {
        self.0.code == ErrorCode::SessionEnded
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl From<ErrorCode> for Refused {
    fn from(code: ErrorCode) -> Self {
        Self(refused(code))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let wait = if let ErrorCode::RateLimited { retry_after } = error.code {
            Some(retry_after)
        } else {
            None
        };
        let needs_upgrade = error.code == ErrorCode::UpgradeMissing;
        let mut response = (status(&error.code), Json(error)).into_response();
        if needs_upgrade {
            // RFC 9110 section 15.5.22: the response names the protocol.
            let headers = response.headers_mut();
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        }
        if let Some(wait) = wait {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        response
    }
}

fn status(code: &ErrorCode) -> StatusCode {
    match code {
        ErrorCode::Malformed | ErrorCode::UnknownFrame | ErrorCode::BlobMismatch => {
            StatusCode::BAD_REQUEST
        }
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::NotAuthenticated
        | ErrorCode::TokenExpired
        | ErrorCode::SessionEnded
        | ErrorCode::BadSignature
        | ErrorCode::WrongCredentials
        | ErrorCode::WrongCode
        | ErrorCode::TicketExpired => StatusCode::UNAUTHORIZED,
        ErrorCode::UpgradeMissing => StatusCode::UPGRADE_REQUIRED,
        ErrorCode::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::ForeignOrigin | ErrorCode::WrongSetupToken | ErrorCode::NotPermitted => {
            StatusCode::FORBIDDEN
        }
        ErrorCode::NotSetUp
        | ErrorCode::UnknownChannel
        | ErrorCode::UnknownMessage
        | ErrorCode::UnknownDevice
        | ErrorCode::UnknownBlob { .. }
        | ErrorCode::LinkOver => StatusCode::NOT_FOUND,
        ErrorCode::AlreadySetUp
        | ErrorCode::Rejected { .. }
        | ErrorCode::StaleHead
        | ErrorCode::UnknownSession
        | ErrorCode::SessionRetired
        | ErrorCode::VaultConflict { .. }
        | ErrorCode::LinkTaken
        | ErrorCode::Replaced => StatusCode::CONFLICT,
        ErrorCode::Full
        | ErrorCode::BlobQuota { .. }
        | ErrorCode::DiskFull
        | ErrorCode::StorageFailed => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::TooSlow | ErrorCode::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
