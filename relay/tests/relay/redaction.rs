//! A message that is deleted for everybody: its ciphertext is gone from the relay for good, and the order stands in its
//! place wherever the message was served.

use ed25519_dalek::SigningKey;
use parley_protocol::channel::{ChannelItem, EncryptedMessage, ItemContent};
use parley_protocol::community::Channel;
use parley_protocol::entry::ChannelKind;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, Positions, RelayToClient, Request, Response, encode};
use parley_protocol::limits::FIRST_PAGE_ITEMS;
use parley_protocol::map::IdMap;
use parley_relay::ConnectionId;
use parley_relay::local::LocalOptions;

use crate::support::fresh;
use crate::support::person::{Person, sealed};
use crate::support::server::{Founded, Socket};
use crate::support::town::{Town, everything};

/// A town with a member who has written one message; its connection and the session.
pub(crate) struct Written {
    pub(crate) town: Town,
    pub(crate) ben: Person,
    pub(crate) connection: ConnectionId,
    pub(crate) session: SigningKey,
    pub(crate) message: (u64, EncryptedMessage),
}

pub(crate) fn written_in(mut town: Town) -> Written {
    let ben = town.join("Ben");
    let connection = town.connect(&ben);
    let session = SigningKey::from_bytes(&fresh());
    let announce = ben.announce(town.text, &session, town.head());
    town.ask(connection, announce).unwrap();
    let message = town.post_sealed(connection, &session, 0);
    Written {
        town,
        ben,
        connection,
        session,
        message,
    }
}

pub(crate) fn written() -> Written {
    written_in(Town::new())
}

impl Written {
    /// A good request of its author to delete the message.
    pub(crate) fn redact(&self) -> Request {
        let Self {
            town, ben, message, ..
        } = self;
        let by_ben = (ben.device, 0);
        ben.redact(&ben.redaction(town.text, message, by_ben, town.head()))
    }

    /// The order in it.
    fn tombstone(&self) -> ItemContent {
        let Request::Redact { order, .. } = self.redact() else {
            panic!("an order");
        };
        ItemContent::Tombstone(order)
    }
}

fn items(frames: Vec<RelayToClient>) -> Vec<ChannelItem> {
    let pages = frames.into_iter().filter_map(|frame| match frame {
        RelayToClient::Items(page) => Some(page.items),
        _ => None,
    });
    pages.flatten().collect()
}

#[test]
fn pages_and_catching_up_serve_the_order_under_the_same_number() {
    let mut it = written();
    let (seq, tombstone) = (it.message.0, it.tombstone());
    let last = it.town.post_sealed(it.connection, &it.session, 1).0;
    let redact = it.redact();
    assert_eq!(it.town.ask(it.connection, redact), Ok(Response::Done));

    let page = it.town.page(it.connection);
    let found: Vec<_> = page.items.iter().map(|item| item.seq).collect();
    assert_eq!(found, (1..=last).collect::<Vec<_>>());
    let deleted = page.items.iter().find(|item| item.seq == seq).unwrap();
    assert_eq!(deleted.content, tombstone);
    assert_eq!(deleted.author, it.ben.device);

    let owner = it.town.owner.clone();
    for positions in [
        everything(),
        Positions {
            channels: IdMap::from([(it.town.text, 1)]),
            ..everything()
        },
    ] {
        let (again, _) = it.town.connect_from(&owner, positions);
        let items = items(it.town.all(again));
        let deleted = items.iter().find(|item| item.seq == seq).unwrap();
        assert_eq!(deleted.content, tombstone);
        assert!(items.iter().any(|item| item.seq == last));
    }
    let ((), next) = (it.town.restart(), it.town.connect(&owner));
    assert_eq!(it.town.page(next).items, page.items);
}

#[test]
fn a_page_brings_the_announcement_of_a_deleted_message() {
    let mut it = written();
    let filler = FIRST_PAGE_ITEMS as u64 - 1;
    let owner = it.town.owner.clone();
    let owners = it.town.connect(&owner);
    let session = it.town.announce(owners, &owner);
    for _ in 1..filler {
        it.town.post(owners, session, "text").unwrap();
    }
    let redact = it.redact();
    assert_eq!(it.town.ask(it.connection, redact), Ok(Response::Done));
    let (again, _) = it.town.connect_from(&owner, everything());
    let frames = it.town.all(again);
    let [RelayToClient::Items(page)] = frames.as_slice() else {
        panic!("{frames:?}");
    };
    assert_eq!(page.items[0].content, it.tombstone());
    assert_eq!(page.announcements[0].seq, 1);
}

#[test]
fn twice_is_as_once() {
    let mut it = written();
    let owner = it.town.connect_owner();
    let ada = it.town.owner.clone();
    let redact = it.redact();
    for _ in 0..2 {
        let answer = it.town.ask(it.connection, redact.clone());
        assert_eq!(answer, Ok(Response::Done));
    }
    let tombstone = it.tombstone();
    // Another order changes nothing: the first one stands.
    let by_ben = (it.ben.device, 0);
    let other = ada.redaction(it.town.text, &it.message, by_ben, it.town.head());
    assert_eq!(it.town.ask(owner, ada.redact(&other)), Ok(Response::Done));
    let seq = it.message.0;
    let page = it.town.page(owner);
    let deleted = page.items.iter().find(|item| item.seq == seq).unwrap();
    assert_eq!(deleted.content, tombstone);

    // The author's repeated request to post it puts nothing back.
    let request = Request::Post {
        channel: it.town.text,
        message: it.message.1.clone(),
    };
    let answer = it.town.ask(it.connection, request);
    assert!(matches!(answer, Ok(Response::Posted { seq: of, .. }) if of == seq));
    assert_eq!(it.town.page(owner).items, page.items);
}

#[test]
fn what_is_posted_and_deleted_at_once_reaches_nobody() {
    let mut it = written();
    let owner = it.town.connect_owner();
    it.town.all(owner);
    let message = sealed(&it.session, 1, 60);
    let post = Request::Post {
        channel: it.town.text,
        message: message.clone(),
    };
    let next = (it.message.0 + 1, message);
    let redaction = it
        .ben
        .redaction(it.town.text, &next, (it.ben.device, 1), it.town.head());
    let redact = it.ben.redact(&redaction);
    let [first, second] = [(8, post), (9, redact)]
        .map(|(id, request)| encode(&ClientToRelay::Request { id, request }));
    let frames = [
        (it.connection, first.as_str()),
        (it.connection, second.as_str()),
    ];
    it.town.relay.send_together(&frames, it.town.now);
    let received = items(it.town.all(owner));
    let order = it.ben.order(&redaction);
    let contents: Vec<_> = received.into_iter().map(|item| item.content).collect();
    assert_eq!(contents, [ItemContent::Tombstone(order)]);
}

#[test]
fn the_ciphertext_is_gone_from_the_disk() {
    for bytes in [60, 40_000] {
        let mut it = written();
        let message = sealed(&it.session, 1, bytes);
        let request = Request::Post {
            channel: it.town.text,
            message: message.clone(),
        };
        let Ok(Response::Posted { seq, .. }) = it.town.ask(it.connection, request) else {
            panic!("not posted");
        };
        let text = message.ciphertext.clone();
        let (head, tail) = (&text.as_bytes()[..60], &text.as_bytes()[text.len() - 60..]);
        assert!(it.town.is_on_disk(head) && it.town.is_on_disk(tail));
        let redaction = it.ben.redaction(
            it.town.text,
            &(seq, message),
            (it.ben.device, 1),
            it.town.head(),
        );
        let redact = it.ben.redact(&redaction);
        assert_eq!(it.town.ask(it.connection, redact), Ok(Response::Done));
        it.town.wait(61_000);
        assert!(
            !it.town.is_on_disk(head) && !it.town.is_on_disk(tail),
            "{bytes}"
        );
        let kept = it.message.1.ciphertext.as_bytes();
        assert!(it.town.is_on_disk(&kept[..60]), "others stay");
    }
}

#[test]
fn deleting_in_a_loop_is_held_to_the_quota_of_messages() {
    let mut it = written_in(Town::with(LocalOptions {
        quota_factor: 1,
        ..LocalOptions::default()
    }));
    let redact = it.redact();
    let done = (0..10_000)
        .find(|_| {
            let answer = it.town.ask(it.connection, redact.clone());
            matches!(answer, Err(ErrorCode::RateLimited { .. }))
        })
        .unwrap();
    assert_eq!(done, 599, "with the message before it");
    let owner = it.town.connect_owner();
    let ada = it.town.owner.clone();
    assert!(matches!(
        it.town.ask(
            owner,
            ada.announce(
                it.town.text,
                &SigningKey::from_bytes(&fresh()),
                it.town.head()
            )
        ),
        Ok(Response::Posted { .. })
    ));
}

async fn ask(socket: &mut Socket, id: u64, request: Request) -> Result<Response, ErrorCode> {
    socket
        .send(&encode(&ClientToRelay::Request { id, request }))
        .await;
    loop {
        match socket.next().await {
            RelayToClient::Response { id: of, response } if of == id => return Ok(response),
            RelayToClient::Refused { id: of, error } if of == id => return Err(error.code),
            _ => {}
        }
    }
}

#[tokio::test]
async fn over_a_real_socket_it_is_the_same() {
    let founded = Founded::start(&[]).await;
    let head = founded.community.head();
    let mut channels = founded.community.channels().iter();
    let is_text = |found: &Channel| found.kind == ChannelKind::Text;
    let (channel, _) = channels.find(|(_, found)| is_text(found)).unwrap();
    let (channel, owner) = (*channel, founded.owner.clone());
    let mut socket = founded.connect().await;
    let session = SigningKey::from_bytes(&fresh());
    let announced = ask(&mut socket, 1, owner.announce(channel, &session, head)).await;
    assert!(matches!(announced, Ok(Response::Posted { seq: 1, .. })));
    let message = sealed(&session, 0, 60);
    let post = Request::Post {
        channel,
        message: message.clone(),
    };
    assert!(ask(&mut socket, 2, post).await.is_ok());
    let redaction = owner.redaction(channel, &(2, message), (owner.device, 0), head);
    for id in [3, 4] {
        let answer = ask(&mut socket, id, owner.redact(&redaction)).await;
        assert_eq!(answer, Ok(Response::Done));
    }
    let history = Request::History {
        channel,
        before: 9,
        limit: 9,
    };
    let Ok(Response::Page(page)) = ask(&mut socket, 5, history).await else {
        panic!("no page");
    };
    let order = owner.order(&redaction);
    assert_eq!(page.items[1].content, ItemContent::Tombstone(order));
}
