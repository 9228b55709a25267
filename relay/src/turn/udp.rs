//! TURN over UDP: the socket, and the loop that feeds the engine from it.
//! Linux moves packets in batches; elsewhere they go one at a time.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

#[cfg(target_os = "linux")]
mod batched;
#[cfg(not(target_os = "linux"))]
mod plain;

#[cfg(target_os = "linux")]
pub(super) use batched::{UdpPort, Worker};
#[cfg(not(target_os = "linux"))]
pub(super) use plain::{UdpPort, Worker};

/// An IPv4 address that came through an IPv6 socket is still an IPv4 address.
pub(super) fn canonical(addr: SocketAddr) -> SocketAddr {
    SocketAddr::new(addr.ip().to_canonical(), addr.port())
}

/// The address as a socket of this family has to be told it.
fn for_socket(addr: SocketAddr, socket_is_v4: bool) -> SocketAddr {
    match addr.ip() {
        IpAddr::V4(ip) if !socket_is_v4 => (ip.to_ipv6_mapped(), addr.port()).into(),
        IpAddr::V4(_) | IpAddr::V6(_) => addr,
    }
}

/// Where the socket's own machine reaches it.
fn own_addr(local: SocketAddr) -> SocketAddr {
    let ip = match local.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, local.port())
}

/// Binds UDP and TCP to one port. With port 0, several are tried until one is
/// free for both.
pub(super) fn bind_both(
    listen: SocketAddr,
) -> io::Result<(std::net::UdpSocket, std::net::TcpListener)> {
    const ATTEMPTS: usize = 16;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let udp = std::net::UdpSocket::bind(listen)?;
        match std::net::TcpListener::bind(udp.local_addr()?) {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(error) if listen.port() == 0 && attempt < ATTEMPTS => {
                tracing::debug!(%error, "TURN: a port was free for UDP only");
            }
            Err(error) => return Err(error),
        }
    }
}
