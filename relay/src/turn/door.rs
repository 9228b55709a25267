//! Connections for TURN that arrive at another port of the relay, which tells them from its own by their first bytes.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;

use super::address::canonical;
use super::shared::Shared;
use super::tcp::connection;
use crate::connection_slots::Slot;

/// A way to the TURN server for streams of any kind, TLS among them.
#[derive(Clone)]
pub(crate) struct TurnDoor {
    pub(super) shared: Arc<Shared>,
    pub(super) stop: watch::Receiver<()>,
}

impl TurnDoor {
    /// Serves a connection until it ends, or the server does. Its slot can no longer be evicted once it has made an
    /// allocation.
    pub(crate) async fn serve(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        addr: SocketAddr,
        slot: &Slot,
    ) {
        let mut stop = self.stop.clone();
        let (read, write) = tokio::io::split(stream);
        let shared = Arc::clone(&self.shared);
        tokio::select! {
            () = connection::serve(read, write, canonical(addr), shared, slot) => {}
            _ = stop.changed() => {}
        }
    }
}
