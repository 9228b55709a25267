//! STUN and TURN inside the relay: one port, UDP and TCP, for browsers that cannot or do not want to connect
//! directly (RFC 8489, RFC 8656).
//!
//! Packets are relayed only between clients of this server, so it opens no way into any network: relayed ports
//! exist only as numbers.
//!
//! - `engine` is the server without sockets: packet and time in, packet out.
//! - `authority` authenticates requests; `table` holds allocations, permissions and channels.
//! - `library` is the `turn-server` crate, which hands out relayed ports.
//! - `socket` and `outbox` send; `udp` and `tcp` receive, each in its own loop.
//!
//! Accounts and storage are unknown here: [`LiveDevices`] says whether a device has a session.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

mod address;
mod authority;
mod client;
mod clock;
mod credentials;
mod device;
mod door;
mod encode;
mod engine;
mod library;
mod limits;
mod message;
mod nonce;
mod outbox;
mod refusal;
mod shared;
mod socket;
mod stats;
mod table;
mod tcp;
mod udp;

pub use authority::LiveDevices;
pub use clock::{Clock, SystemClock};
pub use credentials::{TurnCredentials, TurnSecret};
pub(crate) use door::TurnDoor;
pub use limits::TurnLimits;
pub use stats::TurnStats;

use crate::connection_slots::Slots;
use authority::Authority;
use engine::Engine;
use shared::Shared;
use socket::UdpPort;
use udp::Worker;

/// Addresses, realm and limits of the server.
#[derive(Debug, Clone)]
pub struct TurnConfig {
    /// Address to bind, for UDP and TCP alike. 3478 is the registered port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address at which clients reach this server. Its IP is the IP of every relayed address. No packet is ever
    /// sent to those, so any IP that browsers accept will do. Port 0 stands for the bound port, an unspecified IP
    /// for loopback.
    pub public_addr: SocketAddr,
    /// Part of every key: changing it invalidates all credentials.
    pub realm: String,
    /// Limits per device and in all.
    pub limits: TurnLimits,
}

/// A running TURN server. It stops on shutdown or drop.
pub struct TurnServer {
    running: Option<Running>,
    local_addr: SocketAddr,
    secret: TurnSecret,
    limits: TurnLimits,
    shared: Arc<Shared>,
    stopped: watch::Receiver<()>,
}

struct Running {
    stop: watch::Sender<()>,
    tcp: JoinHandle<()>,
    udp: Worker,
}

impl TurnServer {
    /// Binds and starts the server. Must be called inside a tokio runtime.
    pub fn start(
        config: TurnConfig,
        secret: TurnSecret,
        live: Arc<dyn LiveDevices>,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let (udp, tcp) = socket::bind_both(config.listen)?;
        let local_addr = udp.local_addr()?;
        tcp.set_nonblocking(true)?;
        let tcp = TcpListener::from_std(tcp)?;

        let public = advertised(config.public_addr, local_addr);
        let authority = Authority::new(secret.clone(), config.realm, live);
        let engine = Engine::new(authority, config.limits.clone(), local_addr, public);
        let shared = Arc::new(Shared::new(engine, clock, UdpPort::new(udp)?));

        let (stop, stopped) = watch::channel(());
        let slots = Slots::new(
            config.limits.tcp_connections,
            config.limits.tcp_connections_per_address,
        );
        let running = Running {
            udp: Worker::spawn(shared.clone())?,
            tcp: tokio::spawn(tcp::run(tcp, shared.clone(), slots, stopped.clone())),
            stop,
        };
        Ok(Self {
            running: Some(running),
            local_addr,
            secret,
            limits: config.limits,
            shared,
            stopped,
        })
    }

    /// A way in for connections that arrive at another port.
    pub(crate) fn door(&self) -> TurnDoor {
        TurnDoor {
            shared: Arc::clone(&self.shared),
            stop: self.stopped.clone(),
        }
    }

    /// The bound address.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// New credentials for a device (22 characters of base64url), good for making allocations until
    /// [`TurnLimits::credential_lifetime`] after `now` (seconds since the Unix epoch).
    pub fn credentials(&self, device_id: &str, now: u64) -> TurnCredentials {
        let expires_at = now.saturating_add(self.limits.credential_lifetime.as_secs());
        self.secret.issue(device_id, expires_at)
    }

    /// Ends all allocations of a device at once. Its credentials stay useless while [`LiveDevices`] reports no
    /// session.
    pub fn end_device(&self, device_id: &str) {
        self.shared.end_device(device_id);
    }

    /// Counters since the start, and the present number of allocations.
    pub fn stats(&self) -> TurnStats {
        self.shared.stats()
    }

    /// Stops, and waits until every task and thread has ended.
    pub async fn shutdown(mut self) {
        if let Some(running) = self.running.take() {
            self.shared.stop();
            let _ = running.stop.send(());
            // An error here is a panic of the task, which has been reported.
            let _ = running.tcp.await;
            running.udp.join().await;
        }
    }
}

impl Drop for TurnServer {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            self.shared.stop();
            let _ = running.stop.send(());
        }
    }
}

impl fmt::Debug for TurnServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TurnServer")
            .field("local_addr", &self.local_addr)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Relayed addresses are only numbers, but must not be the unspecified address.
fn advertised(public: SocketAddr, bound: SocketAddr) -> SocketAddr {
    let ip = match public.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    let port = match public.port() {
        0 => bound.port(),
        port => port,
    };
    SocketAddr::new(ip, port)
}
