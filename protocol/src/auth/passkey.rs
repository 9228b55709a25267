//! Passkeys (Web Authentication). What the browser takes and gives is JSON text, passed on as it is.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Ticket, Wrap};
use crate::Millis;

/// Response of `POST /auth/passkey/register/start` and `POST /auth/passkey/login/start`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyOptions {
    /// Names the ceremony in the request that finishes it. Good for a few minutes and one use.
    pub ticket: Ticket,
    /// `CredentialCreationOptions` or `CredentialRequestOptions` as JSON text.
    pub options: String,
}

/// What the browser answered to a [`PasskeyOptions`] of signing in. Body of `POST /auth/passkey/login/finish`, which
/// answers with a [`super::LoginResponse`], and a [`super::Proof`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyAssertion {
    /// From [`PasskeyOptions`].
    pub ticket: Ticket,
    /// `PublicKeyCredential` as JSON text.
    pub credential: String,
}

/// Body of `POST /auth/passkey/register/finish`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinishPasskeyRequest {
    /// From [`PasskeyOptions`].
    pub ticket: Ticket,
    /// `PublicKeyCredential` as JSON text.
    pub credential: String,
    /// What the member calls it.
    pub name: String,
    /// Under the key of the passkey, if it has the PRF extension.
    pub wrap: Option<Wrap>,
}

/// Response of `GET /auth/passkeys`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeysResponse {
    /// The oldest first.
    pub passkeys: Vec<PasskeyInfo>,
}

/// A passkey of the member who asks.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyInfo {
    /// Credential id in base64url.
    pub id: String,
    /// What the member calls it.
    pub name: String,
    /// By the relay's clock.
    pub created_at: Millis,
    /// By the relay's clock.
    pub last_used_at: Option<Millis>,
    /// Whether it opens the member's secrets, and does not only sign in.
    pub has_wrap: bool,
}

impl fmt::Debug for PasskeyOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            ticket: _,
            options: _,
        } = self;
        f.debug_struct("PasskeyOptions").finish_non_exhaustive()
    }
}

impl fmt::Debug for PasskeyAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            ticket: _,
            credential: _,
        } = self;
        f.debug_struct("PasskeyAssertion").finish_non_exhaustive()
    }
}

impl fmt::Debug for FinishPasskeyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            ticket: _,
            credential: _,
            name: _,
            wrap,
        } = self;
        f.debug_struct("FinishPasskeyRequest")
            .field("wrap", wrap)
            .finish_non_exhaustive()
    }
}
