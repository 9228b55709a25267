//! The endpoints of identity providers.

use parley_protocol::auth::{FinishOidcRequest, OidcResponse};

use crate::platform::http::{HttpError, post};

/// Where a page goes to sign in at a provider.
pub fn address(provider: &str) -> String {
    format!("/auth/oidc/{provider}/start")
}

/// What the ticket of somebody who came back from a provider is good for.
pub async fn finish(request: &FinishOidcRequest) -> Result<OidcResponse, HttpError> {
    post("/auth/oidc/finish", None, request).await
}
