//! Response of `GET /admin/members`: members, as the relay knows them.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::ids::UserId;

/// Some of the active members, in the order in which they joined.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersPage {
    /// At most [`super::PAGE_ROWS`].
    pub members: Vec<MemberRow>,
    /// Ask for those after this entry of the log next. `None`: these were the last.
    pub next: Option<u64>,
    /// All active members whose name has the wanted text in it.
    pub total: u64,
}

/// One member.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// The member.
    pub user: UserId,
    /// What they are called.
    pub name: String,
    /// Whether they founded the community.
    pub is_owner: bool,
    /// Names of their roles.
    pub roles: Vec<String>,
    /// Sequence number of the entry by which they joined.
    pub entry: u64,
    /// When they joined, by their own clock.
    pub joined_at: Option<Millis>,
    /// The day on which one of their devices was last seen. `None`: never, or too long ago.
    pub seen_on: Option<Millis>,
    /// Active devices.
    pub devices: u32,
    /// Sign-ins that are good.
    pub sessions: u32,
    /// Bytes of the files that they sent and that still live.
    pub file_bytes: u64,
    /// Bytes of their vault.
    pub vault_bytes: u64,
    /// Bytes that wait for their devices.
    pub mailbox_bytes: u64,
}
