//! What is read without an account: the community's name, and its log by an invite.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::entry::{Entry, Head};
use crate::ids::CommunityId;

/// Response of `GET /community`, which anybody may read.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommunityInfo {
    /// `None` before the community is created.
    pub community: Option<CommunityName>,
    /// The relay's clock, used in the invite proof.
    pub now: Millis,
    /// Identity providers that members may sign in with.
    #[serde(default)]
    pub providers: Vec<ProviderInfo>,
}

/// Id and name of the relay's community.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommunityName {
    /// The community's id, part of the salt for passwords.
    pub id: CommunityId,
    /// The community's display name.
    pub name: String,
}

/// An identity provider that the operator configured (`OpenID` Connect).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderInfo {
    /// Part of the path `GET /auth/oidc/{id}/start`.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// Response of `GET /log?from=<sequence number>`, which needs a [`crate::invite::InviteProof`] or the access token
/// of a session without a device.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// Sequence number of the first entry.
    pub from: u64,
    /// Consecutive entries, at most a page of them.
    pub entries: Vec<Entry>,
    /// The relay's head of the log. Request again from `from + entries.len()` until it is reached.
    pub head: Head,
}
