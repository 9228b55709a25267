//! The hot path: `ChannelData` and Send indications from client to client. `ChannelData` for a client with a
//! channel is changed in place (two bytes).

use std::time::Duration;

use bytes::BytesMut;

use super::{Body, Engine, MAX_PACKET, Transmit};
use crate::turn::client::Client;
use crate::turn::clock::Now;
use crate::turn::encode::{self, Encoder};
use crate::turn::message::{ChannelHeader, Malformed, Message, TransactionId, names};
use crate::turn::table::{Destination, Route};
use std::net::SocketAddr;

/// Header, XOR-PEER-ADDRESS (IPv6) and DATA's own header in a Data indication.
const INDICATION_OVERHEAD: usize = 20 + 24 + 4;

impl Engine {
    pub(super) fn relay_channel_data(
        &mut self,
        from: Client,
        packet: &mut [u8],
        now: Duration,
        reply: &mut BytesMut,
    ) -> Result<Option<Transmit>, Malformed> {
        let header = ChannelHeader::parse(packet)?;
        let Some(route) = self.admit(
            from,
            Destination::Channel(header.channel),
            header.length,
            now,
        ) else {
            return Ok(None);
        };
        let total = ChannelHeader::SIZE + header.length;
        let body = if let Some(channel) = route.channel {
            let number = packet.first_chunk_mut::<2>().ok_or(Malformed)?;
            *number = channel.to_be_bytes();
            Body::Packet(total)
        } else {
            let payload = packet.get(ChannelHeader::SIZE..total).ok_or(Malformed)?;
            // A Data indication answers nothing: any transaction id will do.
            self.write_indication(&route, payload, [0; 12], reply);
            Body::Reply
        };
        Ok(Some(Transmit { to: route.to, body }))
    }

    pub(super) fn relay_indication(
        &mut self,
        from: Client,
        message: &Message<'_>,
        now: Now,
        reply: &mut BytesMut,
    ) -> Option<Transmit> {
        if message.unknown_attributes().next().is_some() {
            return None;
        }
        let peer = message.addresses(names::XOR_PEER_ADDRESS).next()??;
        let payload = message.get(names::DATA)?;
        if peer.ip() != self.public.ip() {
            self.stats.dropped_without_permission += 1;
            return None;
        }
        let destination = Destination::PeerPort(peer.port());
        let route = self.admit(from, destination, payload.len(), now.monotonic)?;
        match route.channel {
            Some(channel) => encode::channel_data(reply, channel, payload),
            None => self.write_indication(&route, payload, *message.transaction, reply),
        }
        Some(Transmit {
            to: route.to,
            body: Body::Reply,
        })
    }

    /// Resolves the destination, charges the sender, and counts.
    fn admit(
        &mut self,
        from: Client,
        destination: Destination,
        length: usize,
        now: Duration,
    ) -> Option<Route> {
        let Some(route) = self.table.route(from, destination, now) else {
            self.stats.dropped_without_permission += 1;
            return None;
        };
        let fits = route.channel.is_some() || length + INDICATION_OVERHEAD <= MAX_PACKET;
        if !fits || !self.devices.spend(route.device, length, now) {
            self.stats.dropped_by_limit += 1;
            return None;
        }
        self.stats.packets_relayed += 1;
        self.stats.bytes_relayed += length as u64;
        Some(route)
    }

    fn write_indication(
        &self,
        route: &Route,
        payload: &[u8],
        transaction: TransactionId,
        reply: &mut BytesMut,
    ) {
        let peer = SocketAddr::new(self.public.ip(), route.from_port);
        Encoder::new(reply, names::DATA_INDICATION, transaction)
            .address(names::XOR_PEER_ADDRESS, peer)
            .attribute(names::DATA, payload)
            .finish();
    }
}
