//! Response of `GET /admin/health`: how the relay itself is.

use serde::{Deserialize, Serialize};

use super::Finding;
use crate::Millis;

/// What the relay knows of itself.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthReport {
    /// The relay's clock.
    pub now: Millis,
    /// When it started.
    pub started_at: Millis,
    /// The program's version.
    pub version: String,
    /// The address that people type.
    pub origin: String,
    /// Whether the database answers.
    pub is_ready: bool,
    /// When a request last came from a public address, to the day. `None`: not since the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached_on: Option<Millis>,
    /// Active members.
    pub members: u64,
    /// Entries of the community log.
    pub log_entries: u64,
    /// Hosts that the relay asks of by itself, because a setting says so.
    pub outgoing_hosts: Vec<String>,
    /// What needs attention, and what was looked at.
    pub findings: Vec<Finding>,
}
