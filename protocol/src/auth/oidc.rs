//! Signing in at an identity provider (`OpenID` Connect).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Proof, SecondFactorNeeded, SessionResponse, Ticket};

/// Body of `POST /auth/oidc/finish` and of `POST /auth/oidc/link/finish`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinishOidcRequest {
    /// From the address `#oidc=<ticket>`, or `#oidc-link=<ticket>`, to which `GET /auth/oidc/callback` leads; good for
    /// one use.
    pub ticket: Ticket,
}

/// Body of `POST /auth/oidc/link/start` and of `POST /auth/oidc/unlink`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderRequest {
    /// Of the member who is signed in.
    pub proof: Proof,
    /// The provider's id, as in [`super::ProviderInfo`].
    pub provider: String,
}

/// Response of `POST /auth/oidc/link/start`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcDeparture {
    /// Where the page goes, with the cookie that came along; `None` if the provider cannot be reached.
    pub address: Option<String>,
}

/// Response of `GET /auth/oidc/linked`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedProviders {
    /// Ids of the providers that sign the member in.
    pub providers: Vec<String>,
}

/// Response of `POST /auth/oidc/finish`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OidcResponse {
    /// Signed in, with the wraps under recovery key and passkeys.
    Session(SessionResponse),
    /// The account asks for a second factor of its own.
    SecondFactor(SecondFactorNeeded),
    /// Nobody has signed in as this person before.
    Newcomer(Newcomer),
}

/// Somebody whom the provider knows and the community does not.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newcomer {
    /// An invite link of the operator for first sign-ins, as text. Secret.
    pub invite: String,
    /// What the provider calls the person; may be taken or not allowed as a name.
    pub name: String,
    /// For `oidc` of [`super::RegisterRequest`].
    pub ticket: Ticket,
}

impl fmt::Debug for Newcomer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            invite: _,
            name: _,
            ticket: _,
        } = self;
        f.debug_struct("Newcomer").finish_non_exhaustive()
    }
}
