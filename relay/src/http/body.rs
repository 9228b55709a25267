//! A JSON body of bounded size, with refusals of our own kind.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use parley_protocol::error::ErrorCode;
use serde::de::DeserializeOwned;

use super::error::Refused;

/// The largest body is a founder's registration: some entries, a hundred keys, the vault.
const MAX_BODY_BYTES: usize = 512 * 1024;

/// The body of a request.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refused> {
        let bytes = to_bytes(request.into_body(), MAX_BODY_BYTES)
            .await
            .map_err(|_| ErrorCode::TooLarge)?;
        let body = serde_json::from_slice(&bytes).map_err(|_| ErrorCode::Malformed)?;
        Ok(Self(body))
    }
}
