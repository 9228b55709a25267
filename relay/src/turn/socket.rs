//! The UDP socket of the TURN server. Sends never wait; `udp` receives.

#[cfg(target_os = "linux")]
mod blocking;
#[cfg(not(target_os = "linux"))]
mod nonblocking;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

#[cfg(target_os = "linux")]
pub(super) use blocking::UdpPort;
#[cfg(not(target_os = "linux"))]
pub(super) use nonblocking::UdpPort;

/// Longest wait for a packet; the worker then looks for expired allocations.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// Binds UDP and TCP to the same port. For port 0, several are tried until one is free for both.
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
                tracing::debug!(%error, "TURN: port is free for UDP only, trying another");
            }
            Err(error) => return Err(error),
        }
    }
}
