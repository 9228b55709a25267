//! Rooms of direct calls: whoever names one is in, and nobody else hears of it.

use parley_protocol::entry::{Action, ChannelDetails, ChannelKind, History, Readers};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, Response};
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId};
use parley_protocol::limits::MAX_VOICE_PARTICIPANTS;
use parley_protocol::voice::VoiceState;
use parley_relay::ConnectionId;

use crate::support::fresh;
use crate::support::town::Town;

const ROOM: ChannelId = ChannelId::from_bytes([0x55; 16]);

fn join(town: &mut Town, connection: ConnectionId, room: ChannelId, session: [u8; 16]) {
    let request = Request::JoinRoom {
        room,
        session: CallSessionId::from_bytes(session),
        state: VoiceState::default(),
    };
    town.send(connection, &ClientToRelay::Request { id: 1, request });
}

fn leave(town: &mut Town, connection: ConnectionId) {
    let request = Request::LeaveVoice;
    town.send(connection, &ClientToRelay::Request { id: 2, request });
}

/// The devices in each roster among frames, and the refusals.
fn heard(frames: &[RelayToClient]) -> (Vec<Vec<DeviceId>>, Vec<ErrorCode>) {
    let (mut rosters, mut refusals) = (Vec::new(), Vec::new());
    for frame in frames {
        match frame {
            RelayToClient::Roster(roster) => {
                rosters.push(roster.participants.iter().map(|it| it.device).collect());
            }
            RelayToClient::Refused { error, .. } => refusals.push(error.code.clone()),
            _ => {}
        }
    }
    (rosters, refusals)
}

#[test]
fn only_those_in_a_room_hear_who_is_in_it() {
    let mut town = Town::new();
    let (ben, eve) = (town.join("Ben"), town.join("Eve"));
    let (owner, other, third) = (town.connect_owner(), town.connect(&ben), town.connect(&eve));
    for connection in [owner, other, third] {
        town.all(connection);
    }
    join(&mut town, owner, ROOM, [1; 16]);
    let frames = town.all(owner);
    assert!(frames.iter().any(|it| matches!(
        it,
        RelayToClient::Response {
            response: Response::IceServers(_),
            ..
        }
    )));
    assert_eq!(heard(&frames).0.last(), Some(&vec![town.owner.device]));
    join(&mut town, other, ROOM, [2; 16]);
    let both = vec![town.owner.device, ben.device];
    assert_eq!(heard(&town.all(owner)).0, [both.clone()]);
    assert_eq!(heard(&town.all(other)).0.last(), Some(&both));
    assert_eq!(heard(&town.all(third)).0, [] as [Vec<DeviceId>; 0]);
    // Nor does who connects now.
    let again = town.connect(&eve);
    let welcome = town.all(again);
    assert!(welcome.iter().all(|it| match it {
        RelayToClient::Welcome(welcome) => welcome.rosters.is_empty(),
        _ => true,
    }));
    leave(&mut town, other);
    assert_eq!(heard(&town.all(owner)).0, [vec![town.owner.device]]);
}

#[test]
fn whoever_is_back_hears_who_is_there() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, other) = (town.connect_owner(), town.connect(&ben));
    join(&mut town, owner, ROOM, [1; 16]);
    join(&mut town, other, ROOM, [2; 16]);
    town.relay.disconnect(owner, town.now);
    let owner = town.connect_owner();
    town.all(owner);
    join(&mut town, owner, ROOM, [1; 16]);
    let both = vec![town.owner.device, ben.device];
    assert_eq!(heard(&town.all(owner)).0, [both]);
}

#[test]
fn the_only_one_in_a_room_may_come_anew() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, other) = (town.connect_owner(), town.connect(&ben));
    join(&mut town, owner, ROOM, [1; 16]);
    join(&mut town, owner, ROOM, [2; 16]);
    town.all(owner);
    join(&mut town, other, ROOM, [3; 16]);
    let both = vec![town.owner.device, ben.device];
    assert_eq!(heard(&town.all(owner)).0, [both]);
}

#[test]
fn a_room_is_no_way_into_a_channel() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let other = town.connect(&ben);
    let (voice, text) = (town.voice, town.text);
    town.all(other);
    for channel in [voice, text] {
        join(&mut town, other, channel, [1; 16]);
        assert_eq!(heard(&town.all(other)).1, [ErrorCode::NotPermitted]);
    }
}

#[test]
fn a_channel_that_takes_a_rooms_id_ends_the_room() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    join(&mut town, owner, ROOM, [1; 16]);
    town.all(owner);
    let details = ChannelDetails {
        name: "taken".to_owned(),
        topic: String::new(),
        readers: Readers::Everyone,
        history: History::SinceJoined,
        expires_after: None,
    };
    let action = Action::ChannelCreated {
        channel: ROOM,
        kind: ChannelKind::Voice,
        details,
    };
    town.append(owner, action);
    let frames = town.all(owner);
    let rosters = heard(&frames).0;
    assert_eq!(rosters.last(), Some(&Vec::new()));
    join(&mut town, owner, ROOM, [2; 16]);
    assert_eq!(heard(&town.all(owner)).1, [ErrorCode::NotPermitted]);
}

#[test]
fn a_room_holds_so_many_and_no_more() {
    let mut town = Town::new();
    for number in 0..MAX_VOICE_PARTICIPANTS {
        let person = town.join(&format!("Caller {number}"));
        let connection = town.connect(&person);
        join(&mut town, connection, ROOM, fresh());
    }
    let late = town.join("Late");
    let late = town.connect(&late);
    town.all(late);
    join(&mut town, late, ROOM, fresh());
    assert_eq!(heard(&town.all(late)).1, [ErrorCode::Full]);
}

#[test]
fn a_device_is_in_one_place_at_a_time() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, other) = (town.connect_owner(), town.connect(&ben));
    join(&mut town, owner, ROOM, [1; 16]);
    join(&mut town, other, ROOM, [2; 16]);
    town.all(other);
    for number in 0..100_u8 {
        let room = ChannelId::from_bytes([number; 16]);
        join(&mut town, owner, room, [3; 16]);
    }
    let rosters = heard(&town.all(other)).0;
    assert_eq!(rosters, [vec![ben.device]], "gone from the first room");
}
