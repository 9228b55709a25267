//! What one member may have stored and looked up over time is bounded, over all their devices and connections;
//! what ends something is not.

use ed25519_dalek::SigningKey;
use parley_protocol::entry::{Action, ChannelDetails, Head, History, Readers};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{Request, Response};
use parley_protocol::ids::DeviceId;
use parley_protocol::keys::Hash;
use parley_relay::ConnectionId;
use parley_relay::local::LocalOptions;

use crate::support::fresh;
use crate::support::person::Person;
use crate::support::town::Town;

fn bounded_town() -> Town {
    Town::with(LocalOptions {
        quota_factor: 1,
        ..LocalOptions::default()
    })
}

fn is_limited<T>(answer: &Result<T, ErrorCode>) -> bool {
    matches!(answer, Err(ErrorCode::RateLimited { .. }))
}

fn append(
    town: &mut Town,
    connection: ConnectionId,
    author: &Person,
    action: Action,
) -> Result<Response, ErrorCode> {
    let entry = author.entry(town.head(), town.now, action);
    let answer = town.ask(
        connection,
        Request::Append {
            entry: entry.clone(),
        },
    );
    if answer.is_ok() {
        town.community.apply(&entry).unwrap();
    }
    answer
}

fn new_topic(town: &Town, number: usize) -> Action {
    Action::ChannelChanged {
        channel: town.text,
        opens_past: false,
        details: ChannelDetails {
            name: "a channel".to_owned(),
            topic: format!("topic {number}"),
            readers: Readers::Everyone,
            history: History::Shared,
            expires_after: None,
        },
    }
}

#[test]
fn log_entries_are_bounded_for_a_member_and_revoking_a_device_is_not() {
    let mut town = bounded_town();
    let owner = Town::owner_of(&town);
    let lost = town.add_device(&owner);
    let (first, second) = (town.connect_owner(), town.connect(&lost));
    let written = (0..10_000)
        .find(|number| {
            let topic = new_topic(&town, *number);
            is_limited(&append(&mut town, second, &lost, topic))
        })
        .unwrap();
    assert_eq!(written, 200);
    let topic = new_topic(&town, written);
    assert!(is_limited(&append(&mut town, first, &owner, topic)));
    let revoked = Action::DeviceRevoked {
        device: lost.device,
    };
    assert!(append(&mut town, first, &owner, revoked).is_ok());
    town.now += 60_000;
    let topic = new_topic(&town, written + 1);
    assert!(append(&mut town, first, &owner, topic).is_ok());
}

#[test]
fn announcements_and_messages_are_bounded_for_a_member_and_not_for_the_others() {
    let mut town = bounded_town();
    let ben = town.join("Ben");
    let (owner, bens) = (town.connect_owner(), town.connect(&ben));
    let ada = Town::owner_of(&town);
    let announce = |town: &mut Town| {
        let session = SigningKey::from_bytes(&fresh());
        town.ask(owner, ada.announce(town.text, &session, town.head()))
    };
    let announced = (0..10_000)
        .find(|_| is_limited(&announce(&mut town)))
        .unwrap();
    assert_eq!(announced, 200);

    let session = town.announce(bens, &ben);
    let large = "A".repeat(64 * 1024);
    let posted = (0..10_000)
        .find(|_| is_limited(&town.post(bens, session, &large)))
        .unwrap();
    assert_eq!(posted, 64, "4 MiB");
    town.now += 60_000;
    assert!(town.post(bens, session, &large).is_ok());
    assert!(announce(&mut town).is_ok());
}

#[test]
fn one_member_does_not_drain_the_one_time_keys_of_another() {
    let mut town = bounded_town();
    let (ben, cleo) = (town.join("Ben"), town.join("Cleo"));
    let bens = town.connect(&ben);
    let prekeys = ben.prekeys(100);
    town.ask(bens, Request::PublishPrekeys { prekeys }).unwrap();
    let (owner, cleos) = (town.connect_owner(), town.connect(&cleo));
    let claim = |town: &mut Town, connection, device: DeviceId| {
        let devices = vec![device];
        match town.ask(connection, Request::ClaimPrekeys { devices }) {
            Ok(Response::Prekeys { prekeys }) => prekeys[0].fallback,
            other => panic!("{other:?}"),
        }
    };
    let taken = (0..50)
        .filter(|_| !claim(&mut town, owner, ben.device))
        .count();
    assert_eq!(taken, 20);
    assert!(!claim(&mut town, cleos, ben.device));
    town.now += 3_600_000;
    assert!(!claim(&mut town, owner, ben.device));
}

#[test]
fn an_announcement_names_a_head_of_this_log() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let head = town.head();
    let hash = Hash::from_bytes([7; 32]);
    let seq = head.seq + 1;
    for foreign in [Head { hash, ..head }, Head { seq, ..head }] {
        let announcement = ada.announce(town.text, &SigningKey::from_bytes(&fresh()), foreign);
        assert_eq!(town.ask(owner, announcement), Err(ErrorCode::Malformed));
    }
}
