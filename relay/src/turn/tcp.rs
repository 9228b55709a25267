//! TURN over TCP: accepts connections, with one task for each.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::address::canonical;
use super::shared::Shared;
use crate::connection_slots::{Slot, Slots};

pub(super) mod connection;
mod framing;

/// Pause when the system has no more sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts until `stop` changes; then all connections end, too.
pub(super) async fn run(
    listener: TcpListener,
    shared: Arc<Shared>,
    slots: Arc<Slots>,
    mut stop: watch::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, addr)) => {
                    if let Some(slot) = slots.take(addr.ip(), false) {
                        connections.spawn(serve(stream, addr, shared.clone(), slot));
                    } else {
                        tracing::debug!("TURN: TCP connection refused: connection limit reached");
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, "TURN: cannot accept a TCP connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    connections.shutdown().await;
}

async fn serve(mut stream: TcpStream, addr: SocketAddr, shared: Arc<Shared>, slot: Slot) {
    // Nagle's algorithm would delay voice. Without the option it is only slower.
    let _ = stream.set_nodelay(true);
    let (read, write) = stream.split();
    tokio::select! {
        () = connection::serve(read, write, canonical(addr), shared, &slot) => {}
        () = slot.evicted() => tracing::debug!("TURN: TCP connection evicted by a newer one"),
    }
}
