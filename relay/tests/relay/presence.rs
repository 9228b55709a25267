//! Presence and typing reach those who show them.

use parley_protocol::frame::{ClientToRelay, PresenceState, RelayToClient};
use parley_protocol::ids::UserId;
use parley_relay::ConnectionId;

use crate::support::town::Town;

const WATCH: ClientToRelay = ClientToRelay::Watch {
    channel: None,
    presence: true,
};

/// Who is online, away, and not to be disturbed, by one frame.
type Shown = [Vec<UserId>; 3];

fn shown(frames: Vec<RelayToClient>) -> Vec<Shown> {
    frames
        .into_iter()
        .filter_map(|frame| match frame {
            RelayToClient::Presence {
                online,
                away,
                do_not_disturb,
            } => Some([online, away, do_not_disturb]),
            _ => None,
        })
        .collect()
}

fn say(town: &mut Town, connection: ConnectionId, state: PresenceState) {
    town.send(connection, &ClientToRelay::Presence { state });
}

/// In which list a member stands, after all is told.
fn list_of(town: &mut Town, watcher: ConnectionId, user: UserId) -> Option<usize> {
    town.wait(5_000);
    let newest = shown(town.all(watcher)).pop().expect("a frame");
    newest.iter().position(|list| list.contains(&user))
}

#[test]
fn presence_is_told_to_those_who_show_it_once_a_second() {
    let mut town = Town::new();
    let (ben, cleo) = (town.join("Ben"), town.join("Cleo"));
    let owner = town.connect_owner();
    let blind = town.connect(&cleo);
    town.send(owner, &WATCH);
    let told = shown(town.all(owner));
    assert_eq!((told.len(), told[0][0].len()), (1, 2));

    town.relay.handle_timeout(town.now);
    town.all(owner);
    for _ in 0..5 {
        let connection = town.connect(&ben);
        town.relay.disconnect(connection, town.now);
    }
    town.connect(&ben);
    assert!(shown(town.all(owner)).is_empty());
    town.now = town.relay.poll_timeout().unwrap();
    town.relay.handle_timeout(town.now);
    let told = shown(town.all(owner));
    assert_eq!(told.len(), 1);
    assert!(told[0][0].contains(&ben.user));
    assert!(shown(town.all(blind)).is_empty());
}

#[test]
fn a_member_is_shown_as_their_devices_say() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let other = town.add_device(&ben);
    let owner = town.connect_owner();
    town.send(owner, &WATCH);
    let (desk, phone) = (town.connect(&ben), town.connect(&other));
    assert_eq!(list_of(&mut town, owner, ben.user), Some(0));

    say(&mut town, desk, PresenceState::Away);
    town.wait(5_000);
    let told = shown(town.all(owner));
    assert!(told.is_empty(), "they are at the other one");
    say(&mut town, phone, PresenceState::Away);
    assert_eq!(list_of(&mut town, owner, ben.user), Some(1));
    say(&mut town, phone, PresenceState::DoNotDisturb);
    assert_eq!(list_of(&mut town, owner, ben.user), Some(2));
    say(&mut town, desk, PresenceState::Online);
    town.wait(5_000);
    assert!(shown(town.all(owner)).is_empty(), "one device is enough");
    town.relay.disconnect(phone, town.now);
    assert_eq!(list_of(&mut town, owner, ben.user), Some(0));
}

#[test]
fn a_hidden_member_is_in_no_frame() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let other = town.add_device(&ben);
    let owner = town.connect_owner();
    town.send(owner, &WATCH);
    town.all(owner);

    let hidden = town.connect_as(&ben, PresenceState::Hidden);
    // This device has not heard yet that its member hides.
    let unknowing = town.connect(&other);
    town.wait(10_000);
    let seen = |town: &mut Town| {
        let frames = shown(town.all(owner));
        let mut users = frames.into_iter().flatten().flatten();
        users.any(|user| user == ben.user)
    };
    assert!(!seen(&mut town));

    town.send(unknowing, &WATCH);
    let told = shown(town.all(unknowing));
    assert!(!told[0].iter().flatten().any(|user| *user == ben.user));

    say(&mut town, hidden, PresenceState::Online);
    assert_eq!(list_of(&mut town, owner, ben.user), Some(0));
    say(&mut town, hidden, PresenceState::Hidden);
    assert_eq!(list_of(&mut town, owner, ben.user), None);
}

#[test]
fn who_says_something_else_all_the_time_costs_a_frame_now_and_then() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    town.send(owner, &WATCH);
    let bens = town.connect(&ben);
    town.wait(5_000);
    town.all(owner);

    let states = [PresenceState::Away, PresenceState::DoNotDisturb];
    let mut told = Vec::new();
    for state in states.into_iter().cycle().take(3_000) {
        say(&mut town, bens, state);
        town.wait(10);
        told.extend(shown(town.all(owner)));
    }
    assert!((5..=11).contains(&told.len()), "{} in 30 s", told.len());
    // The last word stands.
    say(&mut town, bens, PresenceState::Online);
    assert_eq!(list_of(&mut town, owner, ben.user), Some(0));
    town.relay.disconnect(bens, town.now);
    assert_eq!(list_of(&mut town, owner, ben.user), None);
}

#[test]
fn what_was_said_too_early_is_forgotten_with_the_connection() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    town.send(owner, &WATCH);
    let bens = town.connect(&ben);
    say(&mut town, bens, PresenceState::Away);
    say(&mut town, bens, PresenceState::DoNotDisturb);
    town.relay.disconnect(bens, town.now);
    town.connect(&ben);
    assert_eq!(list_of(&mut town, owner, ben.user), Some(0));
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
