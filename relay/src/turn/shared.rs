//! Shared by the UDP and TCP loops: the engine, the clock, and delivery to clients of either kind.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::client::{Client, Transport};
use super::clock::{Clock, Now};
use super::engine::Engine;
use super::outbox::Outbox;
use super::socket::UdpPort;
use super::stats::TurnStats;

pub(super) struct Shared {
    engine: Mutex<Engine>,
    clock: Arc<dyn Clock>,
    udp: UdpPort,
    outbox_by_addr: Mutex<HashMap<SocketAddr, Arc<Outbox>>>,
    dropped_at_socket: AtomicU64,
    stopping: AtomicBool,
}

impl Shared {
    pub(super) fn new(engine: Engine, clock: Arc<dyn Clock>, udp: UdpPort) -> Self {
        Self {
            engine: Mutex::new(engine),
            clock,
            udp,
            outbox_by_addr: Mutex::default(),
            dropped_at_socket: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
        }
    }

    pub(super) fn engine(&self) -> MutexGuard<'_, Engine> {
        lock(&self.engine)
    }

    pub(super) fn now(&self) -> Now {
        Now::read(&*self.clock)
    }

    pub(super) fn udp(&self) -> &UdpPort {
        &self.udp
    }

    /// Sends without waiting. What a full socket or a slow reader cannot take is dropped and counted: late media is
    /// useless.
    pub(super) fn deliver(&self, to: Client, packet: &[u8]) {
        let taken = match to.transport {
            Transport::Udp => self.udp.send_now(packet, to.addr),
            Transport::Tcp => self.outbox(to.addr).is_some_and(|it| it.push(packet)),
        };
        if !taken {
            self.count_dropped(1);
        }
    }

    pub(super) fn count_dropped(&self, packets: usize) {
        self.dropped_at_socket
            .fetch_add(packets as u64, Ordering::Relaxed);
    }

    /// Registers a TCP connection; packets for it go into the returned outbox.
    pub(super) fn register(&self, addr: SocketAddr) -> Arc<Outbox> {
        let outbox = Arc::new(Outbox::default());
        let before = lock(&self.outbox_by_addr).insert(addr, outbox.clone());
        if before.is_some() {
            self.engine().end(Client::tcp(addr));
        }
        outbox
    }

    /// Ends the connection's allocation (RFC 8656, 7), unless a new connection has the same address by now.
    pub(super) fn unregister(&self, addr: SocketAddr, outbox: &Arc<Outbox>) {
        let mut outbox_by_addr = lock(&self.outbox_by_addr);
        let is_ours = |it: &Arc<Outbox>| Arc::ptr_eq(it, outbox);
        if outbox_by_addr.get(&addr).is_some_and(is_ours) {
            outbox_by_addr.remove(&addr);
            drop(outbox_by_addr);
            self.engine().end(Client::tcp(addr));
        }
    }

    /// Ends a device's allocations, and the TCP connections that held them.
    pub(super) fn end_device(&self, device_id: &str) {
        let clients = self.engine().end_device(device_id);
        let tcp = clients.iter().filter(|it| it.transport == Transport::Tcp);
        for outbox in tcp.filter_map(|it| self.outbox(it.addr)) {
            outbox.close();
        }
    }

    pub(super) fn stats(&self) -> TurnStats {
        TurnStats {
            dropped_at_socket: self.dropped_at_socket.load(Ordering::Relaxed),
            ..self.engine().stats()
        }
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.udp.wake();
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    fn outbox(&self, addr: SocketAddr) -> Option<Arc<Outbox>> {
        lock(&self.outbox_by_addr).get(&addr).cloned()
    }
}

/// A poisoned lock is used on: a panic under it can leave nothing behind that matters more than serving.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
