//! A community at a real process: an owner, senders with sockets, and one device that is never there.

use std::collections::HashMap;
use std::net::SocketAddr;

use ed25519_dalek::SigningKey;
use parley_protocol::auth::{RegisterRequest, SessionResponse};
use parley_protocol::channel::ItemContent;
use parley_protocol::community::Community;
use parley_protocol::entry::Head;
use parley_protocol::frame::{Request, Response};
use parley_protocol::ids::ChannelId;

use super::client::{Line, http};
use super::ledger::Ledger;
use super::load::Sender;
use crate::program::Program;
use crate::support::fresh;
use crate::support::person::{Invite, Person};
use crate::support::town::founding_entries;

pub(crate) struct Town {
    pub(crate) senders: Vec<Sender>,
    /// Its mailbox fills, and its prekeys are claimed.
    pub(crate) absent: Person,
    pub(crate) text: ChannelId,
    pub(crate) community: Community,
    pub(crate) ledger: Ledger,
}

impl Town {
    /// The first sender is the owner.
    pub(crate) async fn found(relay: &Program, senders: usize) -> Self {
        let address = relay.address();
        let now = now();
        let mut owner = Person::founder();
        let (entries, text, _, invite, community) = founding_entries(&mut owner, now);
        let request = owner.registration(Some(&relay.setup_token()), entries);
        let (token, cookie) = register(address, &request).await;
        let mut town = Self {
            senders: vec![Sender::new(owner.clone(), token, cookie)],
            absent: Person::new("Absent", owner.community),
            text,
            community,
            ledger: Ledger::default(),
        };
        for number in 1..senders {
            let person = Person::new(&format!("Sender {number}"), owner.community);
            let (token, cookie) = town.join(address, &person, &invite).await;
            town.senders.push(Sender::new(person, token, cookie));
        }
        let absent = town.absent.clone();
        town.join(address, &absent, &invite).await;
        town
    }

    async fn join(
        &mut self,
        relay: SocketAddr,
        person: &Person,
        invite: &Invite,
    ) -> (String, String) {
        let entry = person.joining(invite, self.head(), now());
        self.community.apply(&entry).unwrap();
        register(relay, &person.registration(None, vec![entry])).await
    }

    pub(crate) fn head(&self) -> Head {
        self.community.head()
    }

    /// Sequence number of the newest item.
    pub(crate) async fn last_item(&self, relay: SocketAddr) -> u64 {
        let reader = &self.senders[0];
        let mut line = Line::open(relay, &reader.person, &reader.token)
            .await
            .unwrap();
        let request = Request::History {
            channel: self.text,
            before: u64::from(u32::MAX),
            limit: 1,
        };
        match line.ask(request).await.unwrap() {
            Ok(Response::Page(page)) => page.items.last().unwrap().seq,
            other => panic!("{other:?}"),
        }
    }

    /// Reads the whole channel as a client does.
    pub(crate) async fn check_by_reading(&self, relay: SocketAddr) {
        let reader = &self.senders[0];
        let mut line = Line::open(relay, &reader.person, &reader.token)
            .await
            .unwrap();
        let mut texts = HashMap::new();
        let mut before = u64::from(u32::MAX);
        loop {
            let request = Request::History {
                channel: self.text,
                before,
                limit: 100,
            };
            let Ok(Response::Page(page)) = line.ask(request).await.unwrap() else {
                panic!("no page");
            };
            let Some(first) = page.items.first() else {
                break;
            };
            before = first.seq;
            for item in &page.items {
                if let ItemContent::Message(message) = &item.content {
                    let twice = texts.insert(message.ciphertext.clone(), item.seq);
                    assert!(twice.is_none(), "a message is there twice");
                }
            }
        }
        for post in &self.ledger.posts {
            assert_eq!(texts.get(&post.text), Some(&post.seq), "a message is lost");
        }
    }
}

async fn register(relay: SocketAddr, request: &RegisterRequest) -> (String, String) {
    let body = serde_json::to_vec(request).unwrap();
    let answer = http(relay, "POST", "/auth/register", &[], &body)
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status, 200, "{said}");
    let session: SessionResponse = serde_json::from_slice(&answer.body).unwrap();
    (session.access_token, answer.cookie().unwrap())
}

/// A key for a session of messages.
pub(crate) fn session() -> SigningKey {
    SigningKey::from_bytes(&fresh())
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    u64::try_from(since.unwrap().as_millis()).unwrap()
}
