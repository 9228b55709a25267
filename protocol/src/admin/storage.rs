//! Response of `GET /admin/storage`: what takes room at the relay.

use serde::{Deserialize, Serialize};

use crate::ids::UserId;

/// Bytes, and the bounds of them.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageReport {
    /// Bytes of the database's files.
    pub database_bytes: u64,
    /// Bytes of them that are free for new rows.
    pub database_free_bytes: u64,
    /// Blobs of files.
    pub blobs: u64,
    /// Bytes that they count for.
    pub blob_bytes: u64,
    /// Bytes of all blobs that the settings allow.
    pub blob_quota: u64,
    /// Bytes of one member's blobs that they allow.
    pub member_quota: u64,
    /// Bytes of all vaults.
    pub vault_bytes: u64,
    /// Bytes that wait for devices.
    pub mailbox_bytes: u64,
    /// Bytes that the relay may still write on its disk. `None`: the system does not say.
    pub disk_free: Option<u64>,
    /// Members whose files take most, largest first, at most [`super::LARGEST_ROWS`].
    pub largest: Vec<MemberStorage>,
}

/// What the files of one member take.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberStorage {
    /// The member, present or former.
    pub user: UserId,
    /// What they are called.
    pub name: String,
    /// Bytes of the files that they sent and that still live.
    pub file_bytes: u64,
}
