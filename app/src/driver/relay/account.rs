//! The endpoints for one's own account. Most take an access token; what changes how somebody gets in takes a proof, too.

use parley_protocol::auth::{
    ChangePasswordRequest, ChangeWrapsRequest, DeleteAccountRequest, EnableSecondFactorRequest,
    EndSessionRequest, LoginResponse, ProofRequest, RecoverRequest, RecoveryCodes,
    SecondFactorSetup, SecondFactorStatus, SessionResponse, SessionsResponse,
    VerifySecondFactorRequest, WrapsResponse,
};

use crate::platform::http::{HttpError, get, post, post_only};

/// The code of the second step, for a session.
pub async fn verify_second_factor(
    request: &VerifySecondFactorRequest,
) -> Result<SessionResponse, HttpError> {
    post("/auth/mfa/verify", None, request).await
}

/// A session by recovery key.
pub async fn recover(request: &RecoverRequest) -> Result<LoginResponse, HttpError> {
    post("/auth/recover", None, request).await
}

/// The wraps that there are, without their texts.
pub async fn wraps(token: &str) -> Result<WrapsResponse, HttpError> {
    get("/auth/wraps", Some(token)).await
}

/// Changes wraps, or none; the answer has the texts of those that the proof opens.
pub async fn change_wraps(
    token: &str,
    request: &ChangeWrapsRequest,
) -> Result<WrapsResponse, HttpError> {
    post("/auth/wraps", Some(token), request).await
}

/// A new password. Other sessions end.
pub async fn change_password(
    token: &str,
    request: &ChangePasswordRequest,
) -> Result<(), HttpError> {
    post_only("/auth/password", Some(token), request).await
}

/// Whether there is a second factor.
pub async fn second_factor(token: &str) -> Result<SecondFactorStatus, HttpError> {
    get("/auth/mfa", Some(token)).await
}

/// Begins to set a second factor up.
pub async fn set_up_second_factor(
    token: &str,
    request: &ProofRequest,
) -> Result<SecondFactorSetup, HttpError> {
    post("/auth/mfa/setup", Some(token), request).await
}

/// From now on a code is asked for.
pub async fn enable_second_factor(
    token: &str,
    request: &EnableSecondFactorRequest,
) -> Result<RecoveryCodes, HttpError> {
    post("/auth/mfa/enable", Some(token), request).await
}

/// No code is asked for any more.
pub async fn disable_second_factor(token: &str, request: &ProofRequest) -> Result<(), HttpError> {
    post_only("/auth/mfa/disable", Some(token), request).await
}

/// Own sessions, with when and where they were last seen.
pub async fn sessions(token: &str) -> Result<SessionsResponse, HttpError> {
    get("/auth/sessions", Some(token)).await
}

/// Ends the sessions of a device.
pub async fn end_session(token: &str, request: &EndSessionRequest) -> Result<(), HttpError> {
    post_only("/auth/sessions/end", Some(token), request).await
}

/// Deletes the account.
pub async fn delete_account(token: &str, request: &DeleteAccountRequest) -> Result<(), HttpError> {
    post_only("/auth/delete", Some(token), request).await
}
