//! A device of the owner that is connected whenever the relay runs, with nothing between. It keeps no keys
//! and answers nobody: it writes down what the relay accepted, and how far the log was by then.

use std::collections::{BTreeMap, BTreeSet};

use parley_client::store::Table;
use parley_client::{Effect, Engine};
use parley_protocol::Millis;
use parley_protocol::auth::LoginRequest;
use parley_protocol::channel::{ChannelItem, EncryptedMessage, ItemContent};
use parley_protocol::community::Community;
use parley_protocol::entry::{ChannelKind, Entry};
use parley_protocol::frame::{ChannelPage, ClientToRelay, RelayToClient, Request, decode, encode};
use parley_protocol::ids::{ChannelId, DeviceId, MessageId};
use parley_relay::local::{LocalRelay, Received};
use parley_relay::{ConnectionId, RefreshToken};

use super::machine::Disk;

/// Something that the relay accepted.
#[derive(Debug, Clone)]
pub(super) struct Accepted {
    pub(super) item: ChannelItem,
    /// The log's length when it was accepted.
    pub(super) head: u64,
}

pub(super) struct Witness {
    disk: Disk,
    pub(super) device: DeviceId,
    cookie: RefreshToken,
    /// After days without a relay its session is over.
    way_in: LoginRequest,
    connection: Option<ConnectionId>,
    entries: Vec<Entry>,
    /// The community after each entry.
    pub(super) communities: Vec<Community>,
    items_by_channel: BTreeMap<ChannelId, BTreeMap<u64, Accepted>>,
    subscribed: BTreeSet<ChannelId>,
}

impl Witness {
    pub(super) fn new(
        disk: Disk,
        device: DeviceId,
        cookie: RefreshToken,
        way_in: LoginRequest,
    ) -> Self {
        let log: Vec<Entry> = disk
            .of(Table::Log)
            .map(|(_, entry)| serde_json::from_slice(entry).expect("an entry"))
            .collect();
        let mut witness = Self {
            disk,
            device,
            cookie,
            way_in,
            connection: None,
            entries: Vec::new(),
            communities: Vec::new(),
            items_by_channel: BTreeMap::new(),
            subscribed: BTreeSet::new(),
        };
        witness.write_down_entries(1, log);
        witness
    }

    /// The community as the relay has it.
    pub(super) fn community(&self) -> &Community {
        self.communities.last().expect("there is a community")
    }

    /// The community when the log had so many entries.
    pub(super) fn community_at(&self, head: u64) -> &Community {
        let index = usize::try_from(head).unwrap() - 1;
        &self.communities[index]
    }

    /// The channel's messages as the relay has them.
    pub(super) fn messages(
        &self,
        channel: &ChannelId,
    ) -> impl Iterator<Item = (&Accepted, &EncryptedMessage)> {
        self.items_by_channel
            .get(channel)
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter_map(|accepted| match &accepted.item.content {
                ItemContent::Message(message) => Some((accepted, message)),
                ItemContent::Announcement(_)
                | ItemContent::Tombstone(_)
                | ItemContent::Expired(_) => None,
            })
    }

    /// Where messages stand, also those that were deleted before they were seen.
    pub(super) fn places(&self, channel: &ChannelId) -> impl Iterator<Item = (u64, MessageId)> {
        let accepted = self.items_by_channel.get(channel).into_iter();
        accepted.flat_map(BTreeMap::values).filter_map(|accepted| {
            let id = match &accepted.item.content {
                ItemContent::Message(message) => message.id,
                ItemContent::Tombstone(order) => order.parse_body().expect("an order").message,
                ItemContent::Expired(expired) => expired.id,
                ItemContent::Announcement(_) => return None,
            };
            Some((accepted.item.seq, id))
        })
    }

    pub(super) fn channels(&self) -> impl Iterator<Item = &ChannelId> {
        self.items_by_channel.keys()
    }

    /// Connects anew, after the relay was started.
    pub(super) fn connect(&mut self, relay: &mut LocalRelay, now: Millis) {
        let session = relay.refresh(&self.cookie, now);
        let session = session.or_else(|_| relay.log_in(&self.way_in, now));
        let (session, cookie) = session.expect("a session");
        self.cookie = cookie;
        let connection = relay.connect();
        self.connection = Some(connection);
        self.subscribed.clear();
        let engine = Engine::restore(&self.disk.records(), [1; 32], now);
        let mut engine = engine.expect("records").expect("a device");
        engine.handle_connected(session.access_token, now);
        let Received::Frame(challenge) = relay.receive(connection, now) else {
            panic!("the relay speaks first");
        };
        engine.handle_frame(&challenge, now);
        while let Some(effect) = engine.poll_effect() {
            if let Effect::Send(hello) = effect {
                relay.send(connection, &hello, now);
            }
        }
        self.watch(relay, now);
    }

    /// Writes down everything new.
    pub(super) fn watch(&mut self, relay: &mut LocalRelay, now: Millis) {
        let Some(connection) = self.connection else {
            return;
        };
        loop {
            let Received::Frame(text) = relay.receive(connection, now) else {
                return;
            };
            match decode(&text).expect("a frame") {
                RelayToClient::Welcome(welcome) => {
                    let places = welcome.channels.iter().map(|place| place.channel);
                    self.subscribed.extend(places);
                }
                RelayToClient::Log { from, entries } => {
                    self.write_down_entries(from, entries);
                    self.subscribe(relay, now);
                }
                RelayToClient::Items(page) => self.write_down_items(page),
                RelayToClient::Closing { error } => panic!("the witness is sent away: {error:?}"),
                RelayToClient::Challenge { .. }
                | RelayToClient::Response { .. }
                | RelayToClient::Refused { .. }
                | RelayToClient::Mail { .. }
                | RelayToClient::Roster(_)
                | RelayToClient::Presence { .. }
                | RelayToClient::Typing { .. }
                | RelayToClient::PrekeyCount { .. }
                | RelayToClient::Pong => {}
            }
        }
    }

    fn write_down_entries(&mut self, from: u64, entries: Vec<Entry>) {
        for (seq, entry) in (from..).zip(entries) {
            let known = self.entries.len() as u64;
            if seq <= known {
                assert_eq!(self.entries[usize::try_from(seq).unwrap() - 1], entry);
                continue;
            }
            assert_eq!(seq, known + 1, "the log has a hole");
            let community = match self.communities.last() {
                None => Community::found(&entry).expect("a community"),
                Some(before) => {
                    let mut next = before.clone();
                    next.apply(&entry).expect("an allowed entry");
                    next
                }
            };
            self.communities.push(community);
            self.entries.push(entry);
        }
    }

    fn write_down_items(&mut self, page: ChannelPage) {
        let head = self.entries.len() as u64;
        let items = self.items_by_channel.entry(page.channel).or_default();
        for item in page.items {
            let seq = item.seq;
            let accepted = Accepted { item, head };
            let known = items.entry(seq).or_insert_with(|| accepted.clone());
            if !is_deleted(&known.item, &accepted.item) {
                assert_eq!(known.item, accepted.item, "the past has changed");
            }
        }
    }

    fn subscribe(&mut self, relay: &mut LocalRelay, now: Millis) {
        let Some(connection) = self.connection else {
            return;
        };
        let new: Vec<ChannelId> = self
            .community()
            .channels()
            .iter()
            .filter(|(id, channel)| {
                channel.kind == ChannelKind::Text && !self.subscribed.contains(*id)
            })
            .map(|(id, _)| *id)
            .collect();
        for channel in new {
            self.subscribed.insert(channel);
            let request = Request::Subscribe {
                channel,
                after: Some(0),
            };
            let id = self.subscribed.len() as u64;
            relay.send(
                connection,
                &encode(&ClientToRelay::Request { id, request }),
                now,
            );
        }
    }
}

/// Whether the relay has an order in place of that very message.
fn is_deleted(known: &ChannelItem, now: &ChannelItem) -> bool {
    let (ItemContent::Message(message), ItemContent::Tombstone(order)) =
        (&known.content, &now.content)
    else {
        return false;
    };
    let order = order.parse_body().expect("an order that can be read");
    order.seq == known.seq && order.author == known.author && order.message == message.id
}
