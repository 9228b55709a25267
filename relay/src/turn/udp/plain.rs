//! One task that receives packets one at a time, for systems without batches.

use std::io;
use std::sync::Arc;

use bytes::BytesMut;
use tokio::task::JoinHandle;

use crate::turn::address::canonical;
use crate::turn::client::Client;
use crate::turn::encode::ROOM;
use crate::turn::engine::{Body, MAX_PACKET};
use crate::turn::shared::Shared;
use crate::turn::socket::TICK;

pub(in crate::turn) struct Worker(JoinHandle<()>);

impl Worker {
    pub(in crate::turn) fn spawn(shared: Arc<Shared>) -> io::Result<Self> {
        Ok(Self(tokio::spawn(run(shared))))
    }

    /// Waits until the task, which was told to stop, has stopped.
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
