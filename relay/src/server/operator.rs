//! The address of its own for metrics and probes.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::accept;
use crate::connection_slots::Slots;

/// Connections: a collector, a probe, and somebody who looks.
const CONNECTIONS: usize = 32;

pub(crate) struct Operator {
    listener: TcpListener,
    address: SocketAddr,
}

impl Operator {
    pub(crate) async fn bind(address: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Serves until `stopping` is true. Gives the bound address and the task.
    pub(crate) fn serve(
        self,
        router: Router,
        stopping: watch::Receiver<bool>,
    ) -> (SocketAddr, JoinHandle<()>) {
        let slots = Slots::new(CONNECTIONS, CONNECTIONS);
        let serving = accept::serve(self.listener, router, slots, |_| false, stopping);
        (self.address, tokio::spawn(serving))
    }
}
