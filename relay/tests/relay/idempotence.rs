//! Repeating a request whose answer was lost gives the same answer and changes nothing.

use ed25519_dalek::SigningKey;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{Positions, Request, Response};
use parley_protocol::keys::Signature;

use crate::support::person::{Invite, message, session_id};
use crate::support::town::Town;

fn session() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

#[test]
fn a_message_an_announcement_and_an_entry_can_be_repeated() {
    let mut town = Town::new();
    let mut owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let requests = [
        ada.announce(town.text, &session(), town.head()),
        Request::Post {
            channel: town.text,
            message: message(session_id(&session()), "once"),
        },
        Request::Append {
            entry: ada.entry(town.head(), town.now, Invite::new().made(None, None)),
        },
    ];
    for request in requests {
        let first = town.ask(owner, request.clone());
        assert!(first.is_ok(), "{first:?}");
        town.now += 1000;
        assert_eq!(town.ask(owner, request.clone()), first);
        town.restart();
        owner = town.connect_owner();
        assert_eq!(town.ask(owner, request), first);
    }
    let (_, welcome) = town.connect_from(&ada, Positions::default());
    assert_eq!(welcome.head.seq, town.head().seq + 1);
    assert!(welcome.channels.iter().all(|channel| channel.last <= 2));
}

#[test]
fn repetitions_in_one_transaction_are_seen_too() {
    use parley_protocol::frame::{ClientToRelay, RelayToClient, encode};
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    town.ask(owner, ada.announce(town.text, &session(), town.head()))
        .unwrap();
    let request = Request::Post {
        channel: town.text,
        message: message(session_id(&session()), "once"),
    };
    let first = encode(&ClientToRelay::Request {
        id: 8,
        request: request.clone(),
    });
    let second = encode(&ClientToRelay::Request { id: 9, request });
    town.all(owner);
    town.relay
        .send_together(&[(owner, &first), (owner, &second)], town.now);
    let answers: Vec<_> = town
        .all(owner)
        .into_iter()
        .filter_map(|frame| match frame {
            RelayToClient::Response { response, .. } => Some(response),
            _ => None,
        })
        .collect();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn an_id_cannot_stand_for_two_things() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    town.ask(owner, ada.announce(town.text, &session(), town.head()))
        .unwrap();
    let other = ada.announce(town.voice, &session(), town.head());
    assert_eq!(town.ask(owner, other), Err(ErrorCode::Malformed));
}

#[test]
fn an_entry_that_differs_is_no_repetition() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let entry = ada.entry(town.head(), town.now, Invite::new().made(None, None));
    let mut forged = entry.clone();
    let answer = town.ask(owner, Request::Append { entry });
    assert!(matches!(answer, Ok(Response::Appended { .. })));
    forged.signature = Signature::from_bytes([0; 64]);
    let answer = town.ask(owner, Request::Append { entry: forged });
    assert!(matches!(answer, Err(ErrorCode::Rejected { .. })));
}
