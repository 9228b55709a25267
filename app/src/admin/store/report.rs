//! What the relay tells of itself, as it stands on the pages. Times are milliseconds since 1970.

use crate::ids::{DeviceId, UserId};

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    Good,
    /// Cannot be told from here.
    Unknown,
    /// Works, but could be better.
    Note,
    Bad,
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    pub verdict: Verdict,
    pub text: String,
    /// The one thing to do about it. Lines after the first are to be copied.
    pub to_do: Option<String>,
}

/// How the relay is.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    pub version: String,
    pub origin: String,
    pub started_at: f64,
    /// The day on which somebody last came from outside.
    pub reached_on: Option<f64>,
    pub members: u64,
    pub log_entries: u64,
    pub outgoing_hosts: Vec<String>,
    pub findings: Vec<Finding>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Members {
    pub rows: Vec<MemberRow>,
    pub total: u64,
    pub has_more: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MemberRow {
    pub id: UserId,
    pub name: String,
    pub is_owner: bool,
    pub roles: Vec<String>,
    pub joined_at: Option<f64>,
    /// A day.
    pub seen_on: Option<f64>,
    pub devices: u32,
    pub sessions: u32,
    /// Files, vault and mailbox.
    pub bytes: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sessions {
    pub rows: Vec<SessionRow>,
    pub total: u64,
    pub has_more: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    pub user: UserId,
    pub name: String,
    pub device: Option<DeviceId>,
    /// What the device says it is.
    pub label: String,
    /// Days.
    pub signed_in_on: f64,
    pub seen_on: f64,
    pub may_end: bool,
    /// It is this one.
    pub is_current: bool,
}

/// Bytes, and the bounds of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Storage {
    pub database: f64,
    pub files: f64,
    pub file_count: u64,
    pub file_quota: f64,
    pub member_quota: f64,
    pub vaults: f64,
    pub mailboxes: f64,
    pub disk_free: Option<f64>,
    pub largest: Vec<Largest>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Largest {
    pub id: UserId,
    pub name: String,
    pub bytes: f64,
}

/// How much is going on.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    pub started_at: f64,
    pub connections: u64,
    pub calls: u64,
    pub in_calls: u64,
    pub frames_in: u64,
    pub frames_out: u64,
    pub uploads: u64,
    pub downloads: u64,
    pub slow_readers: u64,
    /// Allocations and bytes of TURN, if the relay has it.
    pub turn: Option<(u64, f64)>,
}
