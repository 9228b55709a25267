//! Signing in, by whichever way.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{LoginSecret, RecoverySecret, SecondFactorNeeded, SessionResponse};

/// Body of `POST /auth/login`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginRequest {
    /// The member's name, without regard to case.
    pub name: String,
    /// Derived from the member's password.
    pub login_secret: LoginSecret,
}

/// Body of `POST /auth/recover`, for somebody who has forgotten their password.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoverRequest {
    /// The member's name, without regard to case.
    pub name: String,
    /// Derived from the member's recovery key.
    pub recovery_secret: RecoverySecret,
}

/// Response of `POST /auth/login`, `/auth/recover` and `/auth/passkey/login/finish`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginResponse {
    /// Signed in. The refresh token is in a cookie.
    Session(SessionResponse),
    /// The first factor was right. Nothing is handed out before the second.
    SecondFactor(SecondFactorNeeded),
}

impl LoginResponse {
    /// The session, if no second factor is needed.
    pub fn session(self) -> Option<SessionResponse> {
        match self {
            Self::Session(session) => Some(session),
            Self::SecondFactor(_) => None,
        }
    }
}

impl fmt::Debug for LoginRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name: _,
            login_secret: _,
        } = self;
        f.debug_struct("LoginRequest").finish_non_exhaustive()
    }
}

impl fmt::Debug for RecoverRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name: _,
            recovery_secret: _,
        } = self;
        f.debug_struct("RecoverRequest").finish_non_exhaustive()
    }
}
