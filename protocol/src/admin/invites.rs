//! Response of `GET /admin/invites`: the invites of the log.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::ids::{InviteId, UserId};

/// Some of the invites, by id.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitesPage {
    /// At most [`super::PAGE_ROWS`].
    pub invites: Vec<InviteRow>,
    /// Ask for those after this one next. `None`: these were the last.
    pub next: Option<InviteId>,
    /// All invites that were ever made.
    pub total: u64,
}

/// One invite. The secret in its link is known to its maker alone.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteRow {
    /// The invite.
    pub invite: InviteId,
    /// The member who made it.
    pub by: UserId,
    /// What they are called.
    pub by_name: String,
    /// Whether it can be used.
    pub state: InviteState,
    /// Not usable after this time.
    pub expires_at: Option<Millis>,
    /// Joins so far.
    pub uses: u32,
    /// Maximum number of joins.
    pub max_uses: Option<u32>,
    /// The member whom it brings back.
    pub readmits: Option<UserId>,
}

/// Whether an invite can be used, by the relay's clock.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum InviteState {
    Open,
    Revoked,
    UsedUp,
    Expired,
}
