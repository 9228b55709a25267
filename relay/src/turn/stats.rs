//! Counters that the operator may see. No addresses, no names.

/// What the TURN server has done since it started, and holds now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TurnStats {
    /// Allocations that exist now.
    pub allocations: usize,
    /// Packets handed on from one client to another.
    pub packets_relayed: u64,
    /// Payload bytes in those packets.
    pub bytes_relayed: u64,
    /// Packets dropped because their device had used up its bandwidth, and
    /// allocations refused because a limit was reached.
    pub dropped_by_limit: u64,
    /// Packets that no channel or permission allowed.
    pub dropped_without_permission: u64,
    /// Packets for a TCP client that reads too slowly, or that the network
    /// card would not take.
    pub dropped_at_socket: u64,
}
