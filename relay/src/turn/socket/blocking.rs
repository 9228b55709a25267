//! A blocking UDP socket, so that waiting for a batch costs no extra system call.

use std::io;
use std::net::{SocketAddr, UdpSocket};

use nix::sys::socket::{setsockopt, sockopt};
use rustix::net::SendFlags;

use super::TICK;
use crate::turn::address::{for_socket, own_addr};

/// A burst of 4,000 video packets fits; the system may give less.
const SOCKET_BUFFER: usize = 4 * 1024 * 1024;

pub(in crate::turn) struct UdpPort {
    pub(in crate::turn) socket: UdpSocket,
    pub(in crate::turn) local: SocketAddr,
}

impl UdpPort {
    pub(in crate::turn) fn new(socket: UdpSocket) -> io::Result<Self> {
        // Smaller buffers than requested will do.
        let _ = setsockopt(&socket, sockopt::RcvBuf, &SOCKET_BUFFER);
        let _ = setsockopt(&socket, sockopt::SndBuf, &SOCKET_BUFFER);
        socket.set_read_timeout(Some(TICK))?;
        let local = socket.local_addr()?;
        Ok(Self { socket, local })
    }

    /// Sends one packet if the socket takes it at once.
    pub(in crate::turn) fn send_now(&self, packet: &[u8], to: SocketAddr) -> bool {
        let to = for_socket(to, self.local.is_ipv4());
        rustix::net::sendto(&self.socket, packet, SendFlags::DONTWAIT, &to).is_ok()
    }

    /// Wakes a waiting worker with an empty packet, which it ignores.
    pub(in crate::turn) fn wake(&self) {
        let _ = self.socket.send_to(&[], own_addr(self.local));
    }
}
