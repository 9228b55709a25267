//! The four requests that need credentials (RFC 8656, sections 7 to 12). Each fills the reply or returns an error
//! code.

use std::time::Duration;

use bytes::BytesMut;

use super::Engine;
use crate::turn::authority::Authenticated;
use crate::turn::client::Client;
use crate::turn::clock::Now;
use crate::turn::encode::Encoder;
use crate::turn::library::{Ask, UDP_TRANSPORT};
use crate::turn::message::{Message, names};
use crate::turn::refusal::Refusal;
use crate::turn::table::{Allocation, NewAllocation};

/// RFC 8656, section 3.2: the lifetime for clients that request none, or less.
const DEFAULT_LIFETIME: u32 = 600;

/// Maximum lifetime in seconds. Longer would keep ports of vanished clients; browsers never request more than the
/// default. The library's maximum is 3600.
const MAX_LIFETIME: u32 = 1800;

/// After this time without packets an allocation may give way to a new one of the same device: browsers send ICE
/// checks every few seconds on all that they use, and leave allocations behind when a page is closed abruptly.
const IDLE: Duration = Duration::from_secs(30);

/// An authenticated request.
pub(super) struct Request<'m, 'a> {
    pub(super) from: Client,
    pub(super) message: &'m Message<'a>,
    pub(super) by: Authenticated<'a>,
    pub(super) now: Now,
}

impl Request<'_, '_> {
    fn ask(&self, lifetime: u32) -> Ask<'_> {
        Ask {
            from: self.from,
            transaction: *self.message.transaction,
            by: self.by,
            lifetime,
            unix: self.now.unix,
        }
    }

    fn lifetime(&self) -> u32 {
        let asked = self.message.number(names::LIFETIME);
        asked.map_or(DEFAULT_LIFETIME, |it| {
            it.clamp(DEFAULT_LIFETIME, MAX_LIFETIME)
        })
    }

    fn succeed(&self, reply: &mut BytesMut) {
        let kind = self.message.kind | names::SUCCESS;
        Encoder::new(reply, kind, *self.message.transaction).finish_signed(&self.by.key);
    }
}

impl Engine {
    pub(super) fn allocate(
        &mut self,
        request: &Request<'_, '_>,
        reply: &mut BytesMut,
    ) -> Result<(), Refusal> {
        let now = request.now.monotonic;
        if let Some(held) = self.table.get(request.from, now) {
            // RFC 8656, section 7.2: a retransmitted request gets the same response.
            let port = held.port;
            let repeated = held.transaction == *request.message.transaction;
            let answered = repeated
                && self
                    .library
                    .allocate(&request.ask(request.lifetime()), reply)
                    == Some(port);
            return answered.then_some(()).ok_or(Refusal::AllocationMismatch);
        }
        self.end(request.from);
        let transport = request.message.get(names::REQUESTED_TRANSPORT);
        if transport.ok_or(Refusal::BadRequest)?.first() != UDP_TRANSPORT.first() {
            return Err(Refusal::UnsupportedTransport);
        }
        self.check_family(request, Refusal::AddressFamilyNotSupported)?;
        self.make_room(request)?;

        let lifetime = request.lifetime();
        let port = self.take_port(request, reply)?;
        let new = NewAllocation {
            client: request.from,
            port,
            username: request.by.username,
            key: request.by.key,
            device: self.devices.enter(request.by.device),
            transaction: *request.message.transaction,
            lifetime: Duration::from_secs(lifetime.into()),
        };
        self.table.insert(new, now);
        Ok(())
    }

    pub(super) fn refresh(
        &mut self,
        request: &Request<'_, '_>,
        reply: &mut BytesMut,
    ) -> Result<(), Refusal> {
        self.held(request)?;
        self.check_family(request, Refusal::PeerAddressFamilyMismatch)?;
        let ends = request.message.number(names::LIFETIME) == Some(0);
        let lifetime = if ends { 0 } else { request.lifetime() };
        if !self.library.refresh(&request.ask(lifetime), reply) {
            return Err(Refusal::AllocationMismatch);
        }
        if ends {
            self.end(request.from);
        } else {
            let until = request.now.monotonic + Duration::from_secs(lifetime.into());
            self.held(request)?.expires = until;
        }
        Ok(())
    }

    pub(super) fn create_permission(
        &mut self,
        request: &Request<'_, '_>,
        reply: &mut BytesMut,
    ) -> Result<(), Refusal> {
        self.held(request)?;
        if self.peer_ports(request)?.is_empty() {
            return Err(Refusal::BadRequest);
        }
        self.held(request)?.permit(request.now.monotonic);
        request.succeed(reply);
        Ok(())
    }

    pub(super) fn channel_bind(
        &mut self,
        request: &Request<'_, '_>,
        reply: &mut BytesMut,
    ) -> Result<(), Refusal> {
        self.held(request)?;
        let number = request.message.number(names::CHANNEL_NUMBER);
        let number = number.and_then(|it| u16::try_from(it >> 16).ok());
        // RFC 8656 ends at 0x4FFF; clients of RFC 5766 go on to 0x7FFF.
        let number = number.filter(|it| (0x4000..=0x7FFF).contains(it));
        let number = number.ok_or(Refusal::BadRequest)?;
        let [port] = self.peer_ports(request)?[..] else {
            return Err(Refusal::BadRequest);
        };
        let now = request.now.monotonic;
        if self.table.at_port(port, now).is_none() {
            return Err(Refusal::Forbidden);
        }
        let most = self.limits.channels_per_allocation;
        self.held(request)?.bind(number, port, most, now)?;
        request.succeed(reply);
        Ok(())
    }

    /// Allocates a relayed port, an even one if requested (RFC 8656, 18.6). Reserving pairs of ports is not
    /// supported; no client since the first WebRTC needs it.
    fn take_port(
        &mut self,
        request: &Request<'_, '_>,
        reply: &mut BytesMut,
    ) -> Result<u16, Refusal> {
        const ATTEMPTS: usize = 32;
        let even = request.message.get(names::EVEN_PORT);
        let reserve = even.is_some_and(|it| it.first().is_some_and(|it| it & 0x80 != 0));
        if reserve {
            return Err(Refusal::InsufficientCapacity);
        }
        let ask = request.ask(request.lifetime());
        for _ in 0..ATTEMPTS {
            let port = self.library.allocate(&ask, reply);
            let port = port.ok_or(Refusal::InsufficientCapacity)?;
            if even.is_none() || port % 2 == 0 {
                return Ok(port);
            }
            self.library.forget(request.from);
        }
        Err(Refusal::InsufficientCapacity)
    }

    fn held(&mut self, request: &Request<'_, '_>) -> Result<&mut Allocation, Refusal> {
        let held = self.table.get_mut(request.from, request.now.monotonic);
        held.ok_or(Refusal::AllocationMismatch)
    }

    /// The ports of the peers in a request. A peer with another IP than this server's is refused, so that nothing
    /// is relayed into any network.
    fn peer_ports(&self, request: &Request<'_, '_>) -> Result<Vec<u16>, Refusal> {
        let peers = request.message.addresses(names::XOR_PEER_ADDRESS);
        peers
            .map(|peer| {
                let peer = peer.ok_or(Refusal::BadRequest)?;
                if peer.is_ipv4() != self.public.is_ipv4() {
                    return Err(Refusal::PeerAddressFamilyMismatch);
                }
                let ours = peer.ip() == self.public.ip();
                ours.then_some(peer.port()).ok_or(Refusal::Forbidden)
            })
            .collect()
    }

    fn check_family(&self, request: &Request<'_, '_>, refusal: Refusal) -> Result<(), Refusal> {
        let ours = if self.public.is_ipv4() { 1 } else { 2 };
        match request.message.get(names::REQUESTED_ADDRESS_FAMILY) {
            Some(asked) if asked.first() != Some(&ours) => Err(refusal),
            Some(_) | None => Ok(()),
        }
    }

    /// Ensures that one more allocation is within the limits, if need be by ending the device's longest idle one.
    fn make_room(&mut self, request: &Request<'_, '_>) -> Result<(), Refusal> {
        if self.table.len() >= self.limits.allocations {
            self.stats.dropped_by_limit += 1;
            return Err(Refusal::InsufficientCapacity);
        }
        let device = request.by.device;
        if self.devices.allocations(device) < self.limits.allocations_per_device {
            return Ok(());
        }
        let idle_since = request.now.monotonic.checked_sub(IDLE);
        let silent = self
            .devices
            .key(device)
            .zip(idle_since)
            .and_then(|(key, since)| {
                let silent = self
                    .table
                    .clients_where(|it| it.device == key && it.used <= since);
                silent
                    .into_iter()
                    .min_by_key(|it| self.table.get(*it, Duration::ZERO).map(|it| it.used))
            });
        let Some(silent) = silent else {
            self.stats.dropped_by_limit += 1;
            return Err(Refusal::QuotaReached);
        };
        self.end(silent);
        Ok(())
    }
}
