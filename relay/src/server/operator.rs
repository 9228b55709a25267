//! The address of its own for metrics and probes.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::accept::{self, Door};
use crate::config::TrustedProxies;
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
        let door = Door {
            router,
            plain: Router::new(),
            tls: None,
            turn: None,
            slots: Slots::new(CONNECTIONS, CONNECTIONS),
            proxies: TrustedProxies::default(),
            is_known: |_: IpAddr| false,
        };
        let serving = accept::serve(self.listener, Arc::new(door), stopping);
        (self.address, tokio::spawn(serving))
    }
}
