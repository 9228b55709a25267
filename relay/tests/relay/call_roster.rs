//! Who is in a voice channel, told to all who may see it.

use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, Response};
use parley_protocol::ids::{CallSessionId, DeviceId};
use parley_protocol::limits::MAX_VOICE_PARTICIPANTS;
use parley_protocol::voice::VoiceState;

use crate::support::fresh;
use crate::support::town::Town;

fn join(town: &Town, session: [u8; 16]) -> Request {
    Request::JoinVoice {
        channel: town.voice,
        session: CallSessionId::from_bytes(session),
        state: VoiceState::default(),
    }
}

/// The devices in each roster among frames.
fn rosters(frames: Vec<RelayToClient>) -> Vec<Vec<DeviceId>> {
    let rosters = frames.into_iter().filter_map(|frame| match frame {
        RelayToClient::Roster(roster) => Some(roster.participants),
        _ => None,
    });
    rosters
        .map(|participants| participants.iter().map(|seat| seat.device).collect())
        .collect()
}

#[test]
fn joining_and_leaving_are_seen_by_others() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, watcher) = (town.connect_owner(), town.connect(&ben));
    town.all(owner);
    let request = join(&town, [1; 16]);
    send(&mut town, owner, request);
    let ada = town.owner.device;
    assert_eq!(rosters(town.all(watcher)), [vec![ada]]);
    let leave = ClientToRelay::Request {
        id: 77,
        request: Request::LeaveVoice,
    };
    town.send(owner, &leave);
    assert_eq!(rosters(town.all(watcher)), [Vec::new()]);
}

#[test]
fn a_short_break_is_not_seen_and_a_long_one_is() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, watcher) = (town.connect_owner(), town.connect(&ben));
    let request = join(&town, [1; 16]);
    send(&mut town, owner, request.clone());
    town.all(watcher);

    town.relay.disconnect(owner, town.now);
    town.now += 9_000;
    town.relay.handle_timeout(town.now);
    let owner = town.connect_owner();
    send(&mut town, owner, request);
    assert!(rosters(town.all(watcher)).is_empty());

    town.relay.disconnect(owner, town.now);
    town.now += 10_000;
    town.relay.handle_timeout(town.now);
    assert_eq!(rosters(town.all(watcher)), [Vec::new()]);
}

fn send(town: &mut Town, connection: parley_relay::ConnectionId, request: Request) {
    town.send(connection, &ClientToRelay::Request { id: 1, request });
}

#[test]
fn another_stay_of_the_same_device_is_told() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let first = join(&town, [1; 16]);
    let second = join(&town, [2; 16]);
    send(&mut town, owner, first.clone());
    send(&mut town, owner, first);
    assert_eq!(rosters(town.all(owner)).len(), 1);
    send(&mut town, owner, second);
    let frames = town.all(owner);
    assert_eq!(rosters(frames), [vec![town.owner.device]]);
}

#[test]
fn speaking_is_told_but_not_at_every_syllable() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let request = join(&town, [1; 16]);
    send(&mut town, owner, request);
    town.all(owner);
    town.now += 1_000;
    for speaking in [true, false, true, false, true] {
        let state = VoiceState {
            speaking,
            ..VoiceState::default()
        };
        town.send(owner, &ClientToRelay::VoiceState { state });
    }
    assert_eq!(rosters(town.all(owner)).len(), 1);
    town.now = town.relay.poll_timeout().unwrap();
    town.relay.handle_timeout(town.now);
    assert!(rosters(town.all(owner)).len() <= 1);
}

#[test]
fn a_channel_holds_so_many_and_no_more() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    for number in 0..MAX_VOICE_PARTICIPANTS {
        let person = town.join(&format!("Guest {number}"));
        let connection = town.connect(&person);
        let request = join(&town, fresh());
        send(&mut town, connection, request);
    }
    town.all(owner);
    let request = join(&town, [1; 16]);
    assert_eq!(town.ask_quietly(owner, request), Err(ErrorCode::Full));
    let text = Request::JoinVoice {
        channel: town.text,
        session: CallSessionId::from_bytes([1; 16]),
        state: VoiceState::default(),
    };
    assert_eq!(town.ask_quietly(owner, text), Err(ErrorCode::NotPermitted));
}

#[test]
fn whoever_connects_is_told_who_is_there() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let request = join(&town, [1; 16]);
    send(&mut town, owner, request);
    let answers = town.all(owner);
    let ice = answers.iter().any(|frame| {
        matches!(
            frame,
            RelayToClient::Response {
                response: Response::IceServers(_),
                ..
            }
        )
    });
    assert!(ice, "{answers:?}");
    let (_, welcome) = town.connect_from(&ben, crate::support::town::everything());
    assert_eq!(welcome.rosters.len(), 1);
    assert_eq!(welcome.rosters[0].participants[0].user, town.owner.user);
}
