//! A UDP socket of the async runtime, for systems without batches.

use std::io;
use std::net::SocketAddr;

use tokio::net::UdpSocket;

use crate::turn::address::{for_socket, own_addr};

pub(in crate::turn) struct UdpPort {
    pub(in crate::turn) socket: UdpSocket,
    local: SocketAddr,
}

impl UdpPort {
    pub(in crate::turn) fn new(socket: std::net::UdpSocket) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let local = socket.local_addr()?;
        let socket = UdpSocket::from_std(socket)?;
        Ok(Self { socket, local })
    }

    /// Sends one packet if the socket takes it at once.
    pub(in crate::turn) fn send_now(&self, packet: &[u8], to: SocketAddr) -> bool {
        let to = for_socket(to, self.local.is_ipv4());
        self.socket.try_send_to(packet, to).is_ok()
    }

    /// Wakes a waiting worker with an empty packet, which it ignores.
    pub(in crate::turn) fn wake(&self) {
        let _ = self.socket.try_send_to(&[], own_addr(self.local));
    }
}
