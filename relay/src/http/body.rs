//! A JSON body of bounded size, within a bounded time, with refusals of our own kind.

use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use parley_protocol::error::ErrorCode;
use parley_protocol::json;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::error::Refused;

/// The largest body is a founder's registration: some entries, a hundred keys, the vault.
const MAX_BODY_BYTES: usize = 512 * 1024;
/// A body that does not come holds memory that nobody has accounted for. Shorter shuts out slow lines.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The body of a request.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refused> {
        let bytes = timeout(BODY_TIMEOUT, to_bytes(request.into_body(), MAX_BODY_BYTES))
            .await
            .map_err(|_| ErrorCode::TooSlow)?
            .map_err(|_| ErrorCode::TooLarge)?;
        let body = json::read(&bytes).map_err(|_| ErrorCode::Malformed)?;
        Ok(Self(body))
    }
}
