//! The endpoints of identity providers.

use parley_protocol::auth::{
    FinishOidcRequest, LinkedProviders, OidcDeparture, OidcResponse, ProviderRequest,
};

use crate::platform::http::{HttpError, get, post, post_only};

/// Where a page goes to sign in at a provider.
pub fn address(provider: &str) -> String {
    format!("/auth/oidc/{provider}/start")
}

/// What the ticket of somebody who came back from a provider is good for.
pub async fn finish(request: &FinishOidcRequest) -> Result<OidcResponse, HttpError> {
    post("/auth/oidc/finish", None, request).await
}

/// The providers that sign the member in.
pub async fn linked(token: &str) -> Result<LinkedProviders, HttpError> {
    get("/auth/oidc/linked", Some(token)).await
}

/// Where the page goes to link the member at a provider.
pub async fn link(token: &str, request: &ProviderRequest) -> Result<OidcDeparture, HttpError> {
    post("/auth/oidc/link/start", Some(token), request).await
}

/// The member is linked to whom the ticket is for.
pub async fn finish_link(token: &str, request: &FinishOidcRequest) -> Result<(), HttpError> {
    post_only("/auth/oidc/link/finish", Some(token), request).await
}

/// A provider signs the member in no longer.
pub async fn unlink(token: &str, request: &ProviderRequest) -> Result<(), HttpError> {
    post_only("/auth/oidc/unlink", Some(token), request).await
}
