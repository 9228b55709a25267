//! A one-time key is handed out once, whatever happens; then the fallback key is.

use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{RelayToClient, Request, Response};
use parley_protocol::mail::ClaimedPrekey;
use parley_relay::ConnectionId;

use crate::support::person::Person;
use crate::support::town::Town;

fn claim(town: &mut Town, connection: ConnectionId, of: &Person) -> Vec<ClaimedPrekey> {
    let request = Request::ClaimPrekeys {
        devices: vec![of.device],
    };
    match town.ask(connection, request) {
        Ok(Response::Prekeys { prekeys }) => prekeys,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_key_is_handed_out_once_even_after_a_kill_and_a_repeated_publication() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let published = ben.prekeys(2);
    let publish = Request::PublishPrekeys {
        prekeys: published.clone(),
    };
    let connection = town.connect(&ben);
    assert_eq!(town.ask(connection, publish.clone()), Ok(Response::Done));
    let mut seen = Vec::new();
    for _ in 0..5 {
        town.restart();
        let connection = town.connect(&ben);
        town.ask(connection, publish.clone()).unwrap();
        let owner = town.connect_owner();
        let claimed = claim(&mut town, owner, &ben);
        assert!(!claimed[0].fallback);
        assert!(!seen.contains(&claimed[0].prekey.key));
        seen.push(claimed[0].prekey.key);
    }
    let owner = town.connect_owner();
    let claimed = claim(&mut town, owner, &ben);
    assert!(claimed[0].fallback);
    assert_eq!(Some(claimed[0].prekey), published.fallback);
    assert_eq!(claim(&mut town, owner, &ben), claimed);
}

#[test]
fn a_claim_names_each_device_once() {
    let mut town = Town::new();
    let (ben, cleo) = (town.join("Ben"), town.join("Cleo"));
    let owner = town.connect_owner();
    let devices = vec![ben.device, cleo.device, ben.device];
    let twice = Request::ClaimPrekeys { devices };
    assert_eq!(town.ask(owner, twice), Err(ErrorCode::Malformed));
    assert!(!claim(&mut town, owner, &ben)[0].fallback);
}

#[test]
fn a_device_hears_when_its_keys_run_out() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let connection = town.connect(&ben);
    let owner = town.connect_owner();
    town.all(connection);
    for left in [2, 1, 0] {
        claim(&mut town, owner, &ben);
        let expected = RelayToClient::PrekeyCount {
            one_time: left,
            fresh_fallback: true,
        };
        assert_eq!(town.next(connection), expected);
    }
    claim(&mut town, owner, &ben);
    let RelayToClient::PrekeyCount { fresh_fallback, .. } = town.next(connection) else {
        panic!("no count");
    };
    assert!(!fresh_fallback);
}

#[test]
fn keys_must_be_signed_by_their_device_and_few() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let foreign = Request::PublishPrekeys {
        prekeys: ben.prekeys(1),
    };
    assert_eq!(town.ask(owner, foreign), Err(ErrorCode::BadSignature));
    let many = Request::PublishPrekeys {
        prekeys: town.owner.prekeys(101),
    };
    assert_eq!(town.ask(owner, many), Err(ErrorCode::TooLarge));
    for _ in 0..3 {
        let prekeys = town.owner.prekeys(60);
        town.ask(owner, Request::PublishPrekeys { prekeys })
            .unwrap();
    }
    let ada = Town::owner_of(&town);
    let (_, welcome) = town.connect_from(&ada, crate::support::town::everything());
    assert_eq!(welcome.one_time_keys, 100);
}
