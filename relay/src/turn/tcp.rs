//! TURN over TCP: accepting, and one task per connection. What the bytes mean
//! is the engine's business.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::shared::Shared;
use super::udp::canonical;
use crate::places::{Place, Places};

mod connection;
mod framing;
mod outbox;

pub(super) use outbox::Outbox;

/// How long to wait when the system has no more sockets to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts until `stop` changes; then all connections end with it.
pub(super) async fn run(
    listener: TcpListener,
    shared: Arc<Shared>,
    places: Arc<Places>,
    mut stop: watch::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, addr)) => {
                    if let Some(place) = places.take(addr.ip(), false) {
                        connections.spawn(serve(stream, addr, shared.clone(), place));
                    } else {
                        tracing::debug!("TURN: too many TCP connections");
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, "TURN: a TCP connection was not accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    connections.shutdown().await;
}

async fn serve(stream: TcpStream, addr: SocketAddr, shared: Arc<Shared>, place: Place) {
    // Without this, Nagle's algorithm would hold voice back. It is only slower.
    let _ = stream.set_nodelay(true);
    tokio::select! {
        () = connection::serve(stream, canonical(addr), shared, &place) => {}
        () = place.evicted() => tracing::debug!("TURN: others needed the place of a TCP connection"),
    }
}
