//! Allocations, permissions and channels: who may send to whom until when. No bytes, no sockets; every query takes
//! the time.
//!
//! The library keeps permissions and channels for as long as an allocation lives, and forwards one-way. RFC 8656
//! lets both expire and wants both sides to agree; forwarding follows this table.

use std::collections::HashMap;
use std::time::Duration;

use super::client::Client;
use super::device::DeviceKey;

mod allocation;

pub(super) use allocation::{Allocation, BindRefused, NewAllocation};

/// First relayed port; the library's default range ends at 65,535.
const FIRST_PORT: u16 = 49152;

/// All allocations, indexed by relayed port: ports are dense and unique.
#[derive(Default)]
pub(super) struct Table {
    by_port: Vec<Option<Box<Allocation>>>,
    port_by_client: HashMap<Client, u16>,
}

/// The destination that a packet names.
#[derive(Debug, Clone, Copy)]
pub(super) enum Destination {
    Channel(u16),
    PeerPort(u16),
}

/// The resolved destination of a packet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Route {
    pub(super) to: Client,
    /// The device that is charged.
    pub(super) device: DeviceKey,
    /// The sender's relayed port.
    pub(super) from_port: u16,
    /// The channel that the receiver has bound to the sender, if any.
    pub(super) channel: Option<u16>,
}

impl Table {
    pub(super) fn len(&self) -> usize {
        self.port_by_client.len()
    }

    pub(super) fn get(&self, client: Client, now: Duration) -> Option<&Allocation> {
        let port = *self.port_by_client.get(&client)?;
        self.at_port(port, now)
    }

    pub(super) fn get_mut(&mut self, client: Client, now: Duration) -> Option<&mut Allocation> {
        let port = *self.port_by_client.get(&client)?;
        let slot = self.by_port.get_mut(index(port)?)?;
        slot.as_deref_mut().filter(|it| it.expires > now)
    }

    pub(super) fn at_port(&self, port: u16, now: Duration) -> Option<&Allocation> {
        let slot = self.by_port.get(index(port)?)?;
        slot.as_deref().filter(|it| it.expires > now)
    }

    /// Adds an allocation. `false` if its port is out of range.
    pub(super) fn insert(&mut self, new: NewAllocation<'_>, now: Duration) -> bool {
        let Some(index) = index(new.port) else {
            return false;
        };
        if self.by_port.len() <= index {
            self.by_port.resize_with(index + 1, || None);
        }
        let Some(slot) = self.by_port.get_mut(index) else {
            return false;
        };
        self.port_by_client.insert(new.client, new.port);
        *slot = Some(Box::new(Allocation::new(new, now)));
        true
    }

    pub(super) fn remove(&mut self, client: Client) -> Option<Box<Allocation>> {
        let port = self.port_by_client.remove(&client)?;
        self.by_port.get_mut(index(port)?)?.take()
    }

    /// Resolves the destination of a packet, and marks the allocation as used. `None`: one of the two sides has no
    /// permission, or no longer.
    pub(super) fn route(
        &mut self,
        from: Client,
        destination: Destination,
        now: Duration,
    ) -> Option<Route> {
        let sender = self.get_mut(from, now)?;
        let peer_port = match destination {
            Destination::Channel(number) => sender.peer_of(number, now)?,
            Destination::PeerPort(port) => port,
        };
        if !sender.is_permitted(now) {
            return None;
        }
        sender.used = now;
        let (device, from_port) = (sender.device, sender.port);
        let receiver = self.at_port(peer_port, now)?;
        if !receiver.is_permitted(now) {
            return None;
        }
        Some(Route {
            to: receiver.client,
            device,
            from_port,
            channel: receiver.channel_of(from_port, now),
        })
    }

    /// Clients whose allocation satisfies the predicate.
    pub(super) fn clients_where(&self, is: impl Fn(&Allocation) -> bool) -> Vec<Client> {
        let all = self.by_port.iter().flatten();
        all.filter(|it| is(it)).map(|it| it.client).collect()
    }
}

fn index(port: u16) -> Option<usize> {
    port.checked_sub(FIRST_PORT).map(usize::from)
}
