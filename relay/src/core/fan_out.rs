//! Sends what was committed to those who may read it. Each frame is serialised once and shared.

use std::collections::BTreeMap;

use parley_protocol::Millis;
use parley_protocol::channel::{ChannelItem, ItemContent};
use parley_protocol::entry::Entry;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ChannelPage, RelayToClient, Response};
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::limits::MAX_PAGE_ITEMS;
use parley_protocol::mail::{InboundMail, OutboundMail};

use super::lag::Lag;
use super::{ConnectionId, Core};
use crate::command::{self, FamilyId};
use crate::outgoing::Frame;
use crate::refusal::refused;
use crate::storage::values::StreamId;

/// A frame is closed before the item that would make it larger than this.
const MAX_FRAME_CONTENT: usize = 160 * 1024;

/// What a commit added that others must receive.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    pub(super) entries: Vec<(u64, Entry)>,
    pub(super) mail: Vec<(DeviceId, InboundMail)>,
    pub(super) transient: Vec<(ConnectionId, Vec<OutboundMail>)>,
    pub(super) ended: Vec<FamilyId>,
    items: Vec<(ChannelId, Vec<ChannelItem>)>,
}

impl Fresh {
    pub(super) fn add_item(&mut self, channel: ChannelId, item: ChannelItem) {
        let of_channel = self.items.iter_mut().find(|(other, _)| *other == channel);
        match of_channel {
            Some((_, items)) => items.push(item),
            None => self.items.push((channel, vec![item])),
        }
    }

    /// An item of the same commit was deleted: nobody receives what it was.
    pub(super) fn replace_item(&mut self, channel: ChannelId, item: &ChannelItem) {
        let of_channel = self.items.iter_mut().find(|(other, _)| *other == channel);
        let mut items = of_channel.into_iter().flat_map(|(_, items)| items);
        if let Some(found) = items.find(|found| found.seq == item.seq) {
            found.clone_from(item);
        }
    }
}

impl Core {
    /// The log first: it decides who may receive the rest.
    pub(super) fn fan_out(&mut self, now: Millis) {
        let fresh = std::mem::take(&mut self.fresh);
        self.fan_out_entries(&fresh.entries);
        self.log_effects(&fresh.entries, now);
        for (channel, items) in fresh.items {
            self.fan_out_items(channel, items);
        }
        self.fan_out_mail(fresh.mail);
        for (connection, mail) in fresh.transient {
            self.deliver_transient(connection, mail, now);
        }
        for family in fresh.ended {
            self.end_family(family, now);
        }
    }

    fn fan_out_entries(&mut self, entries: &[(u64, Entry)]) {
        for chunk in entries.chunks(MAX_PAGE_ITEMS / 10) {
            let Some((from, _)) = chunk.first() else {
                continue;
            };
            let frame = Frame::new(&RelayToClient::Log {
                from: *from,
                entries: chunk.iter().map(|(_, entry)| entry.clone()).collect(),
            });
            let after = from.saturating_sub(1);
            for connection in self.connections.values_mut() {
                if !connection.is_behind_in_log() {
                    connection.send_stream(frame.clone(), Lag::Log { after }, &self.out);
                }
            }
        }
    }

    fn fan_out_items(&mut self, channel: ChannelId, items: Vec<ChannelItem>) {
        let found = self
            .writer
            .community()
            .and_then(|community| community.channels().get(&channel));
        let (Some(state), Some(found)) = (self.channels.get(&channel), found) else {
            return;
        };
        let stream = command::channel_stream(found);
        for items in pages(items) {
            let Some(first) = items.first() else {
                continue;
            };
            let after = first.seq.saturating_sub(1);
            let frame = Frame::new(&RelayToClient::Items(ChannelPage {
                channel,
                after,
                items,
                announcements: Vec::new(),
            }));
            for subscriber in &state.subscribers {
                let Some(connection) = self.connections.get_mut(subscriber) else {
                    continue;
                };
                if connection.is_behind_in(|lag| lag.is_in(&channel)) {
                    continue;
                }
                let lag = Lag::Items {
                    channel,
                    stream,
                    after,
                };
                if connection.is_behind_in_log() {
                    // It must know the authors first.
                    connection.fall_behind(lag);
                } else {
                    connection.send_stream(frame.clone(), lag, &self.out);
                }
            }
        }
    }

    fn fan_out_mail(&mut self, mail: Vec<(DeviceId, InboundMail)>) {
        let mut by_device: BTreeMap<DeviceId, Vec<InboundMail>> = BTreeMap::new();
        for (device, mail) in mail {
            by_device.entry(device).or_default().push(mail);
        }
        for (device, items) in by_device {
            let connection = self.connection_by_device.get(&device);
            let Some(connection) = connection.and_then(|id| self.connections.get_mut(id)) else {
                continue;
            };
            if connection.is_behind_in(|lag| matches!(lag, Lag::Mail { .. })) {
                continue;
            }
            let known = self.writer.community();
            let Some(known) = known.and_then(|community| community.active_device(&device)) else {
                continue;
            };
            let stream = command::device_stream(known);
            for items in mail_pages(items) {
                let first = items.first().map_or(0, |mail| mail.seq);
                let after = first.saturating_sub(1);
                let lag = Lag::Mail { stream, after };
                let is_behind = connection
                    .is_behind_in(|lag| matches!(lag, Lag::Log { .. } | Lag::Mail { .. }));
                if is_behind {
                    // The log comes first; one lag covers all messages that follow.
                    if !connection.is_behind_in(|lag| matches!(lag, Lag::Mail { .. })) {
                        connection.fall_behind(lag);
                    }
                    break;
                }
                let frame = Frame::new(&RelayToClient::Mail { items });
                connection.send_stream(frame, lag, &self.out);
            }
        }
    }

    /// Sends transient to-device messages to devices that are connected. They are never stored.
    pub(super) fn deliver_transient(
        &self,
        from: ConnectionId,
        mail: Vec<OutboundMail>,
        now: Millis,
    ) {
        let Some(sender) = self.connections.get(&from) else {
            return;
        };
        let mut by_receiver: BTreeMap<DeviceId, Vec<InboundMail>> = BTreeMap::new();
        for mail in mail {
            by_receiver.entry(mail.to).or_default().push(InboundMail {
                seq: 0,
                at: now,
                from: sender.device,
                message: mail.message,
            });
        }
        for (receiver, items) in by_receiver {
            let Some(connection) = self.connection_to(&receiver) else {
                continue;
            };
            for items in mail_pages(items) {
                let frame = Frame::new(&RelayToClient::Mail { items });
                self.out.send_signal(&connection.outbox, sender.user, frame);
            }
        }
    }

    fn connection_to(&self, device: &DeviceId) -> Option<&super::Connection> {
        self.connections.get(self.connection_by_device.get(device)?)
    }

    /// Subscribes a connection to a channel that became readable.
    pub(super) fn subscribe(
        &mut self,
        connection: ConnectionId,
        channel: ChannelId,
        after: Option<u64>,
    ) -> Result<Response, ErrorCode> {
        self.readable(connection, channel)?;
        let Some(community) = self.community().cloned() else {
            return Err(ErrorCode::NotSetUp);
        };
        let lag = Lag::in_channel(&community, channel, after.as_ref(), self.last(&channel));
        let state = self.channels.entry(channel).or_default();
        if !state.subscribers.contains(&connection) {
            state.subscribers.push(connection);
        }
        if let Some(found) = self.connections.get_mut(&connection) {
            found.lags.retain(|lag| !lag.is_in(&channel));
            found.lags.extend(lag);
        }
        let last = self.last(&channel);
        self.send_roster(connection, channel);
        self.catch_up(connection);
        Ok(Response::Subscribed { last })
    }

    /// The stream of a channel, if the connection's member may read it.
    pub(super) fn readable(
        &self,
        connection: ConnectionId,
        channel: ChannelId,
    ) -> Result<(ChannelId, StreamId), ErrorCode> {
        let found = self
            .connections
            .get(&connection)
            .ok_or(ErrorCode::NotAuthenticated)?;
        let community = self.community().ok_or(ErrorCode::NotSetUp)?;
        if !community.may_read(&found.user, &channel) {
            return Err(ErrorCode::UnknownChannel);
        }
        let state = community.channels().get(&channel);
        let state = state.ok_or(ErrorCode::UnknownChannel)?;
        Ok((channel, command::channel_stream(state)))
    }

    fn end_family(&mut self, family: FamilyId, now: Millis) {
        let ended: Vec<_> = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.family == family)
            .map(|(id, connection)| (*id, connection.device))
            .collect();
        for (connection, device) in ended {
            self.end(connection, refused(ErrorCode::SessionEnded), now);
            self.expel(device, now);
        }
    }
}

fn pages(items: Vec<ChannelItem>) -> Vec<Vec<ChannelItem>> {
    split(items, |item| match &item.content {
        ItemContent::Message(message) => message.ciphertext.len(),
        ItemContent::Announcement(announcement) => announcement.body.len(),
        ItemContent::Tombstone(order) => order.body.len(),
        ItemContent::Expired(_) => 0,
    })
}

fn mail_pages(items: Vec<InboundMail>) -> Vec<Vec<InboundMail>> {
    split(items, |mail| mail.message.ciphertext.len())
}

fn split<T>(items: Vec<T>, size: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut pages: Vec<Vec<T>> = Vec::new();
    let mut bytes = 0_usize;
    for item in items {
        bytes = bytes.saturating_add(size(&item).saturating_add(300));
        match pages.last_mut() {
            Some(page) if bytes <= MAX_FRAME_CONTENT && page.len() < MAX_PAGE_ITEMS => {
                page.push(item);
            }
            _ => {
                bytes = size(&item).saturating_add(300);
                pages.push(vec![item]);
            }
        }
    }
    pages
}
