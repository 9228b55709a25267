//! The sender or receiver of a packet: address and transport.

use std::net::SocketAddr;

pub(super) use turn_server::service::Transport;

/// One end of a TURN 5-tuple; the other end is always this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Client {
    pub(super) addr: SocketAddr,
    pub(super) transport: Transport,
}

impl Client {
    pub(super) fn udp(addr: SocketAddr) -> Self {
        Self {
            addr,
            transport: Transport::Udp,
        }
    }

    pub(super) fn tcp(addr: SocketAddr) -> Self {
        Self {
            addr,
            transport: Transport::Tcp,
        }
    }
}
