//! IPv4 addresses on IPv6 sockets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Unmaps an IPv4 address that came through an IPv6 socket.
pub(super) fn canonical(addr: SocketAddr) -> SocketAddr {
    SocketAddr::new(addr.ip().to_canonical(), addr.port())
}

/// The address in the form that a socket of this family takes.
pub(super) fn for_socket(addr: SocketAddr, socket_is_v4: bool) -> SocketAddr {
    match addr.ip() {
        IpAddr::V4(ip) if !socket_is_v4 => (ip.to_ipv6_mapped(), addr.port()).into(),
        IpAddr::V4(_) | IpAddr::V6(_) => addr,
    }
}

/// The address at which this machine reaches its own socket.
pub(super) fn own_addr(local: SocketAddr) -> SocketAddr {
    let ip = match local.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, local.port())
}
