//! The disk is full: every request says so, nothing that was answered is lost, and the relay goes on when
//! there is room.

use parley_protocol::auth::Wrap;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{Positions, RelayToClient, Response};

use crate::support::person::{Invite, Person};
use crate::support::town::Town;

#[test]
fn a_full_disk_loses_nothing_and_ends() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let session = town.announce(owner, &ada);
    let long = "A".repeat(20_000);
    town.post(owner, session, &long).unwrap();

    town.relay.fill_disk().unwrap();
    let mut taken = 0;
    let refusal = loop {
        match town.post(owner, session, &long) {
            Ok(_) => taken += 1,
            Err(code) => break code,
        }
        assert!(taken < 100, "the disk never fills");
    };
    assert_eq!(refusal, ErrorCode::StorageFailed);
    let newcomer = Person::new("Ben", town.owner.community);
    let entry = newcomer.joining(&town.invite, town.head(), town.now);
    let mut request = newcomer.registration(None, vec![entry]);
    request.wraps = vec![Wrap::password("v".repeat(16_000))];
    let answer = town.relay.register(request.clone(), town.now);
    assert_eq!(answer.unwrap_err().code, ErrorCode::StorageFailed);

    town.relay.free_disk().unwrap();
    let answer = town.post(owner, session, &long);
    assert!(matches!(answer, Ok(Response::Posted { seq, .. }) if seq == taken + 3));
    assert!(town.relay.register(request, town.now).is_ok());
    let seq = town.head().seq + 2;
    let entry = ada.entry(town.head(), town.now, Invite::new().made(None, None));
    let answer = town.ask(owner, parley_protocol::frame::Request::Append { entry });
    assert_eq!(answer, Ok(Response::Appended { seq }));

    let (reader, _) = town.connect_from(&ada, Positions::default());
    let items: usize = town
        .all(reader)
        .iter()
        .map(|frame| match frame {
            RelayToClient::Items(page) => page.items.len(),
            _ => 0,
        })
        .sum();
    assert_eq!(items as u64, taken + 3);
}
