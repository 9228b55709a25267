//! One thread that receives up to [`BATCH`] packets per system call, and sends the results in another. No
//! allocation and no lock per packet.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::BytesMut;
use nix::errno::Errno;
use nix::sys::prctl::set_timerslack;
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg};
use rustix::net::{MMsgHdr, SendAncillaryBuffer, SendFlags, SocketAddrAny};

use crate::turn::address::{canonical, for_socket};
use crate::turn::client::{Client, Transport};
use crate::turn::encode::ROOM;
use crate::turn::engine::{Body, MAX_PACKET};
use crate::turn::shared::Shared;
use crate::turn::socket::TICK;

/// Packets per receiving system call. Beyond 64 the saving no longer shows.
const BATCH: usize = 64;

/// Packets per sending system call. Fewer than are received, because even an unused slot costs a little.
const SEND_BATCH: usize = 16;

/// While batches arrive this close together, it pays to wait for the next one to fill. One call (100 packets per
/// second) never waits.
const DENSE: Duration = Duration::from_millis(1);

/// How long to wait. Voice packets come every 20 ms, so a fifth of a millisecond is inaudible. Without the wait,
/// the CPU time per packet is up to twice as high at 20,000 packets per second.
const GATHER: Duration = Duration::from_micros(200);

/// Maximum oversleep, in nanoseconds.
const TIMER_SLACK: u64 = 1_000;

pub(in crate::turn) struct Worker(JoinHandle<()>);

impl Worker {
    pub(in crate::turn) fn spawn(shared: Arc<Shared>) -> io::Result<Self> {
        let name = "parley-turn".to_owned();
        let thread = std::thread::Builder::new().name(name);
        Ok(Self(thread.spawn(move || run(&shared))?))
    }

    /// Waits until the thread, which was told to stop, has stopped.
    pub(in crate::turn) async fn join(self) {
        // An error here is a panic of the thread, which has been reported.
        let _ = tokio::task::spawn_blocking(move || self.0.join()).await;
    }
}

type Slots = [[u8; MAX_PACKET]; BATCH];

/// A packet in a slot, received or to be sent.
#[derive(Clone, Copy)]
struct Packet {
    slot: usize,
    length: usize,
    addr: SocketAddr,
}

fn run(shared: &Shared) {
    // By default Linux may end a sleep 50 µs late, a quarter of what is slept here.
    if let Err(error) = set_timerslack(TIMER_SLACK) {
        tracing::debug!(%error, "TURN: cannot set the timer slack; packets wait slightly longer");
    }
    let Ok(mut slots) = Box::<Slots>::try_from(vec![[0; MAX_PACKET]; BATCH]) else {
        return;
    };
    let mut headers = MultiHeaders::preallocate(BATCH, None);
    let mut packets = Vec::with_capacity(BATCH);
    let mut reply = BytesMut::with_capacity(ROOM);
    let mut swept = shared.now().monotonic;
    let mut last = swept;
    while !shared.is_stopping() {
        receive(shared, &mut slots, &mut headers, &mut packets);
        handle(shared, &mut slots, &mut packets, &mut reply);
        send(shared, &slots, &packets);

        let now = shared.now().monotonic;
        if packets.len() < BATCH && now.saturating_sub(last) < DENSE {
            std::thread::sleep(GATHER);
        }
        last = now;
        if now.saturating_sub(swept) >= TICK {
            shared.engine().sweep(now);
            swept = now;
        }
    }
}

/// Waits for a packet, then takes all that have arrived.
fn receive(
    shared: &Shared,
    slots: &mut Slots,
    headers: &mut MultiHeaders<SockaddrStorage>,
    packets: &mut Vec<Packet>,
) {
    packets.clear();
    let socket = shared.udp().socket.as_raw_fd();
    let mut spaces = slots.each_mut().map(|slot| [IoSliceMut::new(slot)]);
    match recvmmsg(socket, headers, &mut spaces, MsgFlags::MSG_WAITFORONE, None) {
        Ok(received) => {
            for (slot, message) in received.enumerate() {
                let addr = message.address.as_ref().and_then(socket_addr);
                let whole = !message.flags.contains(MsgFlags::MSG_TRUNC);
                if let Some(addr) = addr.filter(|_| whole) {
                    let length = message.bytes;
                    packets.push(Packet { slot, length, addr });
                }
            }
        }
        Err(Errno::EAGAIN | Errno::EINTR) => {}
        Err(error) => {
            tracing::warn!(%error, "TURN: cannot receive from the UDP socket");
            std::thread::sleep(TICK / 100);
        }
    }
}

/// Turns received packets into packets to send, in the same slots.
fn handle(shared: &Shared, slots: &mut Slots, packets: &mut Vec<Packet>, reply: &mut BytesMut) {
    if packets.is_empty() {
        return;
    }
    let now = shared.now();
    let mut engine = shared.engine();
    packets.retain_mut(|packet| {
        let Some(slot) = slots.get_mut(packet.slot) else {
            return false;
        };
        let Some(received) = slot.get_mut(..packet.length) else {
            return false;
        };
        let from = Client::udp(packet.addr);
        let Ok(Some(transmit)) = engine.handle(from, received, now, reply) else {
            return false;
        };
        packet.addr = transmit.to.addr;
        packet.length = match transmit.body {
            Body::Packet(length) => length,
            Body::Reply => {
                let Some(space) = slot.get_mut(..reply.len()) else {
                    return false;
                };
                space.copy_from_slice(reply);
                reply.len()
            }
        };
        if transmit.to.transport == Transport::Tcp {
            shared.deliver(transmit.to, slot.get(..packet.length).unwrap_or_default());
            return false;
        }
        true
    });
}

/// Sends all packets. One that the system refuses does not hold up the rest.
fn send(shared: &Shared, slots: &Slots, packets: &[Packet]) {
    for few in packets.chunks(SEND_BATCH) {
        match few {
            [one] => {
                let sent = shared.udp().send_now(content(slots, one), one.addr);
                shared.count_dropped(usize::from(!sent));
            }
            several => send_together(shared, slots, several),
        }
    }
}

fn send_together(shared: &Shared, slots: &Slots, packets: &[Packet]) {
    let port = shared.udp();
    let contents: [_; SEND_BATCH] = std::array::from_fn(|at| {
        let bytes = packets.get(at).map(|packet| content(slots, packet));
        [IoSlice::new(bytes.unwrap_or_default())]
    });
    let addrs: [_; SEND_BATCH] = std::array::from_fn(|at| {
        let to = packets.get(at).map_or(port.local, |it| it.addr);
        SocketAddrAny::from(for_socket(to, port.local.is_ipv4()))
    });
    let mut controls: [SendAncillaryBuffer<'_, '_, '_>; SEND_BATCH] =
        std::array::from_fn(|_| SendAncillaryBuffer::default());
    let parts = addrs.iter().zip(&contents).zip(&mut controls);
    let mut messages: Vec<_> = parts
        .take(packets.len())
        .map(|((addr, content), control)| MMsgHdr::new_with_addr(addr, content, control))
        .collect();

    let mut rest = messages.as_mut_slice();
    while !rest.is_empty() {
        let sent = rustix::net::sendmmsg(&port.socket, rest, SendFlags::DONTWAIT);
        let done = sent.unwrap_or_else(|_| {
            shared.count_dropped(1);
            1
        });
        rest = rest.get_mut(done.max(1)..).unwrap_or_default();
    }
}

fn content<'s>(slots: &'s Slots, packet: &Packet) -> &'s [u8] {
    let slot = slots.get(packet.slot);
    slot.and_then(|it| it.get(..packet.length))
        .unwrap_or_default()
}

fn socket_addr(from: &SockaddrStorage) -> Option<SocketAddr> {
    if let Some(v4) = from.as_sockaddr_in() {
        return Some(SocketAddrV4::from(*v4).into());
    }
    let v6 = from.as_sockaddr_in6()?;
    Some(canonical(SocketAddrV6::from(*v6).into()))
}
