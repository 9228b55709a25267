//! The endpoints of passkeys.

use parley_protocol::auth::{LoginResponse, PasskeyAssertion, PasskeyOptions};

use crate::platform::http::{HttpError, post};

/// A challenge that any passkey of the relay can answer, to sign in or as a proof.
pub async fn challenge() -> Result<PasskeyOptions, HttpError> {
    post("/auth/passkey/login/start", None, &()).await
}

/// A new session, by passkey.
pub async fn login(assertion: &PasskeyAssertion) -> Result<LoginResponse, HttpError> {
    post("/auth/passkey/login/finish", None, assertion).await
}
