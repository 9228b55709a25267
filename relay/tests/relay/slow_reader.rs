//! A client that does not read is disconnected with a reason, costs bounded memory, and loses nothing.

use std::collections::BTreeMap;

use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{Positions, RelayToClient};

use crate::support::town::{Town, everything};

#[test]
fn a_slow_reader_is_cut_off_and_resumes() {
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
    }
    let frames = town.all(slow);
    let [RelayToClient::Closing { error }] = frames.as_slice() else {
        panic!("{} frames", frames.len());
    };
    assert_eq!(error.code, ErrorCode::TooSlow);

    let positions = Positions {
        channels: BTreeMap::from([(town.text, 0)]),
        ..everything()
    };
    let (again, _) = town.connect_from(&ben, positions);
    let items: usize = town
        .all(again)
        .iter()
        .map(|frame| match frame {
            RelayToClient::Items(page) => page.items.len(),
            other => panic!("{other:?}"),
        })
        .sum();
    assert_eq!(items, 61);
}
