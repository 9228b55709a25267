//! One task that takes packets one at a time, for systems without batches.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

use super::{canonical, for_socket, own_addr};
use crate::turn::client::Client;
use crate::turn::encode::ROOM;
use crate::turn::engine::{Body, MAX_PACKET};
use crate::turn::shared::Shared;

/// How often to look for what has run out when no packet comes.
const TICK: Duration = Duration::from_secs(1);

/// The bound socket.
pub(in crate::turn) struct UdpPort {
    socket: UdpSocket,
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

    /// Makes a waiting worker look up: an empty packet means nothing to it.
    pub(in crate::turn) fn wake(&self) {
        let _ = self.socket.try_send_to(&[], own_addr(self.local));
    }
}

/// The task.
pub(in crate::turn) struct Worker(JoinHandle<()>);

impl Worker {
    pub(in crate::turn) fn spawn(shared: Arc<Shared>) -> io::Result<Self> {
        Ok(Self(tokio::spawn(run(shared))))
    }

    /// Waits until the task, which has been told to stop, has stopped.
    pub(in crate::turn) async fn join(self) {
        // An error here is a panic of the task, which has been reported.
        let _ = self.0.await;
    }
}

async fn run(shared: Arc<Shared>) {
    let mut buffer = vec![0; MAX_PACKET];
    let mut reply = BytesMut::with_capacity(ROOM);
    let mut swept = shared.now().monotonic;
    while !shared.is_stopping() {
        let socket = &shared.udp().socket;
        let received = tokio::time::timeout(TICK, socket.recv_from(&mut buffer)).await;
        if let Ok(Ok((length, from))) = received {
            let packet = buffer.get_mut(..length).unwrap_or_default();
            handle(&shared, Client::udp(canonical(from)), packet, &mut reply);
        }
        let now = shared.now().monotonic;
        if now.saturating_sub(swept) >= TICK {
            shared.engine().sweep(now);
            swept = now;
        }
    }
}

fn handle(shared: &Shared, from: Client, packet: &mut [u8], reply: &mut BytesMut) {
    let handled = shared.engine().handle(from, packet, shared.now(), reply);
    if let Ok(Some(transmit)) = handled {
        let answer = match transmit.body {
            Body::Packet(length) => packet.get(..length).unwrap_or_default(),
            Body::Reply => reply,
        };
        shared.deliver(transmit.to, answer);
    }
}
