//! The relay is killed and started again: everything that was answered is there.

use parley_protocol::frame::{Positions, RelayToClient, Request, Response};

use crate::support::person::message;
use crate::support::town::Town;

#[test]
fn what_was_answered_outlives_a_kill() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let session = town.announce(owner, &ada);
    town.post(owner, session, "before the kill").unwrap();
    town.restart();

    assert_eq!(town.relay.setup_token(), None);
    let (reader, welcome) = town.connect_from(&ben, Positions::default());
    assert_eq!(welcome.head, town.head());
    assert_eq!(welcome.one_time_keys, 3);
    let frames = town.all(reader);
    let texts: Vec<_> = frames
        .iter()
        .filter(|frame| matches!(frame, RelayToClient::Items(page) if page.items.len() == 2))
        .collect();
    assert_eq!(texts.len(), 1, "{frames:?}");

    // And it goes on where it was.
    let owner = town.connect_owner();
    let next = message(session, "after the kill");
    let request = Request::Post {
        channel: town.text,
        message: next,
    };
    let answer = town.ask(owner, request);
    assert!(matches!(answer, Ok(Response::Posted { seq: 3, .. })));
}

#[test]
fn a_login_outlives_a_kill() {
    let mut town = Town::new();
    let (_, token) = town.relay.log_in(&town.owner.login(), town.now).unwrap();
    town.restart();
    assert!(town.relay.refresh(&token, town.now).is_ok());
}

#[test]
fn the_set_up_link_stays_the_same_until_it_is_used() {
    let folder = tempfile::TempDir::new().unwrap();
    let first = crate::support::town::open(&folder);
    let token = first.setup_token().unwrap().to_owned();
    drop(first);
    let second = crate::support::town::open(&folder);
    assert_eq!(second.setup_token(), Some(token.as_str()));
}
