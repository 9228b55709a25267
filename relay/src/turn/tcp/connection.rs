//! One TCP connection: reading, writing, and its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::framing::frame_length;
use crate::connection_slots::Slot;
use crate::turn::client::Client;
use crate::turn::encode::ROOM;
use crate::turn::engine::{Body, MAX_PACKET};
use crate::turn::message::Malformed;
use crate::turn::outbox::Outbox;
use crate::turn::shared::Shared;

/// Time for a connection to make an allocation, initially and after one ended. Idle sockets are not kept for
/// strangers.
const WITHOUT_ALLOCATION: Duration = Duration::from_secs(30);

/// Always holds at least one whole frame.
const READ_BUFFER: usize = 2 * MAX_PACKET;

/// Unregisters the connection, with its allocation, however it ends.
struct Registered {
    addr: SocketAddr,
    shared: Arc<Shared>,
    outbox: Arc<Outbox>,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.shared.unregister(self.addr, &self.outbox);
    }
}

/// Serves the connection. Its slot can no longer be evicted once it has made an allocation, which only members can.
pub(in crate::turn) async fn serve(
    read: impl AsyncRead + Unpin,
    write: impl AsyncWrite + Unpin,
    addr: SocketAddr,
    shared: Arc<Shared>,
    slot: &Slot,
) {
    let registered = Registered {
        addr,
        outbox: shared.register(addr),
        shared,
    };
    let Registered { shared, outbox, .. } = &registered;
    let client = Client::tcp(addr);
    tokio::select! {
        () = read_all(read, client, shared, outbox, slot) => {}
        () = write_all(write, outbox) => {}
        () = while_allocated(client, shared) => {}
    }
}

async fn read_all(
    mut stream: impl AsyncRead + Unpin,
    client: Client,
    shared: &Shared,
    outbox: &Outbox,
    slot: &Slot,
) {
    let mut is_kept = false;
    let mut buffer = vec![0; READ_BUFFER];
    let mut filled = 0;
    let mut reply = BytesMut::with_capacity(ROOM);
    loop {
        let Some(space) = buffer.get_mut(filled..) else {
            return;
        };
        let Ok(1..) = stream.read(space).await.inspect(|read| filled += read) else {
            return;
        };
        let Some(received) = buffer.get_mut(..filled) else {
            return;
        };
        let Ok(used) = handle_frames(received, client, shared, outbox, &mut reply) else {
            return;
        };
        if !is_kept
            && shared
                .engine()
                .has_allocation(client, shared.now().monotonic)
        {
            is_kept = true;
            slot.keep();
        }
        buffer.copy_within(used..filled, 0);
        filled -= used;
    }
}

/// Handles every complete frame; returns how many bytes they were.
fn handle_frames(
    received: &mut [u8],
    client: Client,
    shared: &Shared,
    outbox: &Outbox,
    reply: &mut BytesMut,
) -> Result<usize, Malformed> {
    let mut used = 0;
    let mut rest = received;
    while let Some(length) = frame_length(rest)? {
        let Some((frame, behind)) = rest.split_at_mut_checked(length) else {
            break;
        };
        let transmit = shared.engine().handle(client, frame, shared.now(), reply)?;
        if let Some(transmit) = transmit {
            let packet = match transmit.body {
                Body::Packet(length) => frame.get(..length).unwrap_or_default(),
                Body::Reply => reply,
            };
            if transmit.to == client {
                outbox.push(packet);
            } else {
                shared.deliver(transmit.to, packet);
            }
        }
        used += length;
        rest = behind;
    }
    Ok(used)
}

async fn write_all(mut stream: impl AsyncWrite + Unpin, outbox: &Outbox) {
    let mut batch = Vec::new();
    while outbox.take(&mut batch).await {
        // TLS keeps what it was given until it is told to send it.
        if stream.write_all(&batch).await.is_err() || stream.flush().await.is_err() {
            return;
        }
    }
}

async fn while_allocated(client: Client, shared: &Shared) {
    loop {
        tokio::time::sleep(WITHOUT_ALLOCATION).await;
        let now = shared.now().monotonic;
        if !shared.engine().has_allocation(client, now) {
            return;
        }
    }
}
