//! Response of `GET /admin/connections`: how much is going on.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Counts of the present moment, and totals since the relay started.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionsReport {
    /// The relay's clock.
    pub now: Millis,
    /// When the relay started.
    pub started_at: Millis,
    /// Connected devices.
    pub connections: u64,
    /// Voice channels with somebody in them.
    pub calls: u64,
    /// Devices in them.
    pub in_calls: u64,
    /// Frames received.
    pub frames_in: u64,
    /// Frames sent.
    pub frames_out: u64,
    /// Durable changes.
    pub commands: u64,
    /// Connections that were closed because the client did not read.
    pub slow_readers: u64,
    /// Blobs received.
    pub uploads: u64,
    /// Blobs served.
    pub downloads: u64,
    /// `None`: the relay runs no TURN server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnReport>,
}

/// What TURN relays.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnReport {
    /// Allocations that exist.
    pub allocations: u64,
    /// Payload bytes relayed.
    pub bytes: u64,
    /// Packets dropped and allocations refused because of a limit.
    pub limited: u64,
}
