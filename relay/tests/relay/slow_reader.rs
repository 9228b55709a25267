//! A client that reads slowly keeps its connection, costs bounded memory, and loses nothing. One that asks and
//! does not read is disconnected with a reason.

use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request};
use parley_protocol::ids::MailId;
use parley_protocol::mail::{OlmCiphertext, OutboundMail};

use crate::support::fresh;
use crate::support::person::Invite;
use crate::support::town::Town;

#[test]
fn a_slow_reader_goes_on_from_the_disk_and_misses_nothing() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let slow = town.connect(&ben);
    town.all(slow);
    let ada = Town::owner_of(&town);
    let session = town.announce(owner, &ada);
    let long = "A".repeat(60_000);
    for _ in 0..60 {
        town.post(owner, session, &long).unwrap();
        town.append(owner, Invite::new().made(None, None));
        let message = OlmCiphertext {
            message_type: 1,
            ciphertext: "A".repeat(10_000),
        };
        let mail = vec![OutboundMail {
            to: ben.device,
            message,
            transient: false,
        }];
        let id = MailId::from_bytes(fresh());
        town.ask(owner, Request::SendMail { id, mail }).unwrap();
    }
    let (mut items, mut entries, mut mail) = (0, 0, 0);
    for frame in town.all(slow) {
        match frame {
            RelayToClient::Items(page) => {
                assert_eq!(page.after, items);
                items += page.items.len() as u64;
            }
            RelayToClient::Log { from, entries: new } => {
                assert_eq!(from, town.head().seq - 59 + entries);
                entries += new.len() as u64;
            }
            RelayToClient::Mail { items } => {
                assert_eq!(items[0].seq, mail + 1);
                mail += items.len() as u64;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((items, entries, mail), (61, 60, 60));
}

#[test]
fn whoever_asks_and_does_not_read_is_disconnected() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    for _ in 0..1_000 {
        town.send(owner, &ClientToRelay::Ping);
    }
    let frames = town.all(owner);
    let [RelayToClient::Closing { error }] = frames.as_slice() else {
        panic!("{} frames", frames.len());
    };
    assert_eq!(error.code, ErrorCode::TooSlow);
    town.connect_owner();
}
