//! The endpoints of passkeys.

use parley_protocol::auth::{
    FinishPasskeyRequest, LoginResponse, PasskeyAssertion, PasskeyOptions, PasskeysResponse,
    ProofRequest, RemovePasskeyRequest,
};

use crate::platform::http::{HttpError, get, post, post_only};

/// A challenge that any passkey of the relay can answer, to sign in or as a proof.
pub async fn challenge() -> Result<PasskeyOptions, HttpError> {
    post("/auth/passkey/login/start", None, &()).await
}

/// A new session, by passkey.
pub async fn login(assertion: &PasskeyAssertion) -> Result<LoginResponse, HttpError> {
    post("/auth/passkey/login/finish", None, assertion).await
}

/// The member's passkeys.
pub async fn list(token: &str) -> Result<PasskeysResponse, HttpError> {
    get("/auth/passkeys", Some(token)).await
}

/// Begins to make one.
pub async fn start(token: &str, request: &ProofRequest) -> Result<PasskeyOptions, HttpError> {
    post("/auth/passkey/register/start", Some(token), request).await
}

/// What the browser made.
pub async fn finish(token: &str, request: &FinishPasskeyRequest) -> Result<(), HttpError> {
    post_only("/auth/passkey/register/finish", Some(token), request).await
}

/// One that signs in no longer.
pub async fn remove(token: &str, request: &RemovePasskeyRequest) -> Result<(), HttpError> {
    post_only("/auth/passkey/remove", Some(token), request).await
}
