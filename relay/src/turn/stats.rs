//! Counters for the operator. No addresses, no names.

/// Counters since the start of the server, and the present number of allocations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TurnStats {
    /// Existing allocations.
    pub allocations: usize,
    /// Packets relayed between clients.
    pub packets_relayed: u64,
    /// Payload bytes of those packets.
    pub bytes_relayed: u64,
    /// Packets dropped because a device exceeded its bandwidth, and allocations refused because of a limit.
    pub dropped_by_limit: u64,
    /// Packets dropped for lack of a channel or permission.
    pub dropped_without_permission: u64,
    /// Packets dropped because a TCP client reads too slowly, or a socket's buffer is full.
    pub dropped_at_socket: u64,
}
