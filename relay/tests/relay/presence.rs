//! Presence and typing reach those who show them.

use parley_protocol::frame::{ClientToRelay, RelayToClient};
use parley_protocol::ids::UserId;

use crate::support::town::Town;

fn online(frames: Vec<RelayToClient>) -> Vec<Vec<UserId>> {
    frames
        .into_iter()
        .filter_map(|frame| match frame {
            RelayToClient::Presence { online } => Some(online),
            _ => None,
        })
        .collect()
}

#[test]
fn presence_is_told_to_those_who_show_it_once_a_second() {
    let mut town = Town::new();
    let (ben, cleo) = (town.join("Ben"), town.join("Cleo"));
    let owner = town.connect_owner();
    let blind = town.connect(&cleo);
    let watch = ClientToRelay::Watch {
        channel: None,
        presence: true,
    };
    town.send(owner, &watch);
    let told = online(town.all(owner));
    assert_eq!((told.len(), told[0].len()), (1, 2));

    town.relay.handle_timeout(town.now);
    town.all(owner);
    for _ in 0..5 {
        let connection = town.connect(&ben);
        town.relay.disconnect(connection, town.now);
    }
    town.connect(&ben);
    assert!(online(town.all(owner)).is_empty());
    town.now = town.relay.poll_timeout().unwrap();
    town.relay.handle_timeout(town.now);
    let told = online(town.all(owner));
    assert_eq!(told.len(), 1);
    assert!(told[0].contains(&ben.user));
    assert!(online(town.all(blind)).is_empty());
}

#[test]
fn typing_is_told_to_those_who_look_at_the_channel() {
    let mut town = Town::new();
    let (ben, cleo) = (town.join("Ben"), town.join("Cleo"));
    let (owner, looks, elsewhere) = (
        town.connect_owner(),
        town.connect(&ben),
        town.connect(&cleo),
    );
    let channel = town.text;
    let watch = ClientToRelay::Watch {
        channel: Some(channel),
        presence: false,
    };
    town.send(looks, &watch);
    town.send(owner, &watch);
    for connection in [owner, looks, elsewhere] {
        town.all(connection);
    }
    town.send(owner, &ClientToRelay::Typing { channel });
    town.send(owner, &ClientToRelay::Typing { channel });
    let user = town.owner.user;
    assert_eq!(town.all(looks), [RelayToClient::Typing { channel, user }]);
    assert_eq!(town.all(elsewhere), []);
    assert_eq!(town.all(owner), []);
}
