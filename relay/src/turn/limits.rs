//! Limits of the TURN server, per device and in all.

use std::time::Duration;

/// Limits of the TURN server. The defaults fit a community on a small machine.
#[derive(Debug, Clone)]
pub struct TurnLimits {
    /// Allocations of one device at a time. A browser makes one for each call
    /// partner, server URL and network: 48 is a mesh of twelve people over
    /// three URLs with some to spare for an ICE restart. Raised, one device can hold
    /// more of the 16,384 relayed ports; lowered, larger calls do not connect.
    pub allocations_per_device: usize,
    /// Allocations in all. About 1 KB each; the relayed ports end at 16,384.
    pub allocations: usize,
    /// Channels of one allocation. A call has one per candidate of the partner;
    /// 64 is more than any browser gathers. Looking one up takes this long.
    pub channels_per_allocation: usize,
    /// Payload that one device may send through the relay, in bits per second.
    /// 4 Mbit/s is one good camera picture plus voice for a whole mesh.
    pub bits_per_second_per_device: u64,
    /// How far a device may run ahead of that rate. Half a second lets a video
    /// key frame through in one piece.
    pub burst: Duration,
    /// TCP connections in all; each costs up to 70 KB of buffers.
    pub tcp_connections: usize,
    /// TCP connections from one address, of an IPv6 client from its /64 network.
    /// TCP is for networks that block UDP: 64 is four devices behind one such
    /// router, each with all the allocations that it may have. Raised, fewer
    /// addresses can shut everybody else out; lowered, an office has no calls.
    pub tcp_connections_per_address: usize,
    /// How long new credentials can make allocations. An allocation that was
    /// made in time may be refreshed for as long as its device has a session,
    /// because a browser cannot change the credentials of a running call.
    pub credential_lifetime: Duration,
}

impl Default for TurnLimits {
    fn default() -> Self {
        Self {
            allocations_per_device: 48,
            allocations: 4096,
            channels_per_allocation: 64,
            bits_per_second_per_device: 4_000_000,
            burst: Duration::from_millis(500),
            tcp_connections: 512,
            tcp_connections_per_address: 64,
            credential_lifetime: Duration::from_hours(1),
        }
    }
}
