//! Proofs: stand in every request that changes how somebody gets in, because an access token alone may be stolen.

use serde::{Deserialize, Serialize};

use super::{LoginSecret, PasskeyAssertion, RecoverySecret};

/// A secret of the member who is signed in, checked anew.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Derived from the password.
    LoginSecret(LoginSecret),
    /// Derived from the recovery key.
    RecoverySecret(RecoverySecret),
    /// An answer to `POST /auth/passkey/login/start`.
    Passkey(PasskeyAssertion),
}

/// Body of requests that need a proof and nothing else: `POST /auth/mfa/setup`, `POST /auth/mfa/disable`, and
/// `POST /auth/passkey/register/start`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofRequest {
    /// Of the member who is signed in.
    pub proof: Proof,
}
