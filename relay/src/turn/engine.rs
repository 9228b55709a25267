//! The TURN server without sockets: a packet and the time go in, at most one packet comes out. Never waits, never
//! reads a clock.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;

use super::authority::Authority;
use super::client::Client;
use super::clock::Now;
use super::device::Devices;
use super::library::Library;
use super::limits::TurnLimits;
use super::message::{Malformed, Message, names};
use super::refusal::Refusal;
use super::stats::TurnStats;
use super::table::Table;

mod relay;
mod requests;

#[cfg(test)]
mod tests;

use requests::Request;

/// Longest packet accepted from a client. WebRTC stays below 1,300 bytes; more costs memory per slot and
/// connection, and would invite fragments.
pub(super) const MAX_PACKET: usize = 2048;

pub(super) struct Engine {
    authority: Arc<Authority>,
    library: Library,
    table: Table,
    devices: Devices,
    limits: TurnLimits,
    public: SocketAddr,
    stats: TurnStats,
}

/// A packet to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Transmit {
    pub(super) to: Client,
    pub(super) body: Body,
}

/// Where the bytes to send are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// The first bytes of the received packet, which was changed in place.
    Packet(usize),
    /// The reply buffer.
    Reply,
}

impl Engine {
    /// `interface` is the bound address, `public` the advertised one.
    pub(super) fn new(
        authority: Authority,
        limits: TurnLimits,
        interface: SocketAddr,
        public: SocketAddr,
    ) -> Self {
        let authority = Arc::new(authority);
        Self {
            library: Library::new(authority.clone(), interface, public),
            authority,
            table: Table::default(),
            devices: Devices::new(&limits),
            limits,
            public,
            stats: TurnStats::default(),
        }
    }

    /// Handles one packet, possibly changing it in place. The first two bits tell STUN from `ChannelData` (RFC
    /// 7983).
    pub(super) fn handle(
        &mut self,
        from: Client,
        packet: &mut [u8],
        now: Now,
        reply: &mut BytesMut,
    ) -> Result<Option<Transmit>, Malformed> {
        match packet.first().map(|first| first >> 6) {
            Some(0) => self.handle_message(from, packet, now, reply),
            Some(1) => self.relay_channel_data(from, packet, now.monotonic, reply),
            _ => Err(Malformed),
        }
    }

    /// Removes expired allocations. Forwarding checks expiry by itself.
    pub(super) fn sweep(&mut self, now: Duration) {
        for client in self.table.clients_where(|it| it.expires <= now) {
            self.end(client);
        }
        self.devices.sweep(now);
    }

    /// Ends a client's allocation, if it has one.
    pub(super) fn end(&mut self, client: Client) {
        if let Some(allocation) = self.table.remove(client) {
            self.devices.leave(allocation.device);
            self.library.forget(client);
        }
    }

    /// Ends all allocations of a device, and returns the clients that held them.
    pub(super) fn end_device(&mut self, device_id: &str) -> Vec<Client> {
        let Some(key) = self.devices.key(device_id) else {
            return Vec::new();
        };
        let clients = self.table.clients_where(|it| it.device == key);
        for client in &clients {
            self.end(*client);
        }
        clients
    }

    pub(super) fn has_allocation(&self, client: Client, now: Duration) -> bool {
        self.table.get(client, now).is_some()
    }

    pub(super) fn stats(&self) -> TurnStats {
        TurnStats {
            allocations: self.table.len(),
            ..self.stats
        }
    }

    fn handle_message(
        &mut self,
        from: Client,
        packet: &[u8],
        now: Now,
        reply: &mut BytesMut,
    ) -> Result<Option<Transmit>, Malformed> {
        let message = Message::parse(packet)?;
        let to_sender = Transmit {
            to: from,
            body: Body::Reply,
        };
        match message.kind {
            names::SEND_INDICATION => Ok(self.relay_indication(from, &message, now, reply)),
            names::BINDING_REQUEST if message.unknown_attributes().next().is_none() => {
                let answered = self.library.binding(from, *message.transaction, reply);
                Ok(answered.then_some(to_sender))
            }
            names::BINDING_REQUEST => {
                Refusal::UnknownAttribute.write(&message, None, None, reply);
                Ok(Some(to_sender))
            }
            names::ALLOCATE_REQUEST
            | names::REFRESH_REQUEST
            | names::CREATE_PERMISSION_REQUEST
            | names::CHANNEL_BIND_REQUEST => {
                self.answer(from, &message, now, reply);
                Ok(Some(to_sender))
            }
            _ => Ok(None),
        }
    }

    /// Answers a request that needs credentials, with success or an error.
    fn answer(&mut self, from: Client, message: &Message<'_>, now: Now, reply: &mut BytesMut) {
        let (refusal, key) = match self.authenticate(from, message, now) {
            Err(refusal) => (refusal, None),
            Ok(request) => match self.carry_out(&request, reply) {
                Ok(()) => return,
                Err(refusal) => (refusal, Some(request.by.key)),
            },
        };
        let nonce;
        let mut challenge = None;
        if refusal.is_challenge() {
            nonce = self.authority.nonce(from, now.unix);
            challenge = Some((self.authority.realm(), nonce.as_str()));
        }
        refusal.write(message, challenge, key.as_ref(), reply);
    }

    fn authenticate<'m, 'a>(
        &self,
        from: Client,
        message: &'m Message<'a>,
        now: Now,
    ) -> Result<Request<'m, 'a>, Refusal> {
        let held = self.table.get(from, now.monotonic).map(|it| it.held());
        let by = self.authority.check(message, from, held, now.unix)?;
        Ok(Request {
            from,
            message,
            by,
            now,
        })
    }

    fn carry_out(
        &mut self,
        request: &Request<'_, '_>,
        reply: &mut BytesMut,
    ) -> Result<(), Refusal> {
        if request.message.unknown_attributes().next().is_some() {
            return Err(Refusal::UnknownAttribute);
        }
        match request.message.kind {
            names::ALLOCATE_REQUEST => self.allocate(request, reply),
            names::REFRESH_REQUEST => self.refresh(request, reply),
            names::CREATE_PERMISSION_REQUEST => self.create_permission(request, reply),
            names::CHANNEL_BIND_REQUEST => self.channel_bind(request, reply),
            _ => Err(Refusal::BadRequest),
        }
    }
}
