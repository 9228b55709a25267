//! What a member changes about their account. Each request carries a proof.

use serde::{Deserialize, Serialize};

use super::{LoginSecret, Proof, RecoverySecret, Wrap, WrapName};
use crate::entry::Entry;

/// Body of `POST /auth/wraps`: changes some wraps, or none, and answers with those that the proof can open.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeWrapsRequest {
    /// Of the member who is signed in.
    pub proof: Proof,
    /// Each is stored, and replaces the one of its name.
    pub put: Vec<Wrap>,
    /// Deleted before the others are stored. Without the wrap of kind recovery, its secret is forgotten, too.
    pub remove: Vec<WrapName>,
    /// Derived from a new recovery key, with its wrap in `put`.
    #[serde(default)]
    pub recovery_secret: Option<RecoverySecret>,
}

/// Response of `GET /auth/wraps`, in which all texts are empty, and of `POST /auth/wraps`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapsResponse {
    /// All wraps of the member. Only those that the proof can open have their text.
    pub wraps: Vec<Wrap>,
}

/// Body of `POST /auth/password`. All other sessions of the member end.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePasswordRequest {
    /// Of the member who is signed in.
    pub proof: Proof,
    /// Derived from the new password.
    pub login_secret: LoginSecret,
    /// Under the new password; of kind password.
    pub wrap: Wrap,
}

/// Body of `POST /auth/delete`: ends the membership and deletes everything that the relay keeps for it, except for
/// what the member wrote in channels and the log.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteAccountRequest {
    /// Of the member who is signed in.
    pub proof: Proof,
    /// A `member_removed` entry for the member themselves, by one of their devices.
    pub entry: Entry,
}

/// Body of `POST /auth/passkey/remove`. Its wrap is deleted, too.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovePasskeyRequest {
    /// Of the member who is signed in.
    pub proof: Proof,
    /// Credential id in base64url.
    pub id: String,
}
