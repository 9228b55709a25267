//! Orders about calls: what the relay refuses, and what it tells of those who were ordered.

use parley_protocol::entry::{Action, CallOrder, CallRules, ChannelKind, Readers};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, Response};
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId};
use parley_protocol::limits::MAX_VOICE_PARTICIPANTS;
use parley_protocol::voice::{Participant, VoiceState};
use parley_relay::ConnectionId;

use crate::support::fresh;
use crate::support::person::{Person, channel_created};
use crate::support::town::Town;

impl Town {
    fn enter(&mut self, connection: ConnectionId, stay: u8) -> Result<Response, ErrorCode> {
        let channel = self.voice;
        self.enter_channel(connection, channel, stay)
    }

    fn enter_channel(
        &mut self,
        connection: ConnectionId,
        channel: ChannelId,
        stay: u8,
    ) -> Result<Response, ErrorCode> {
        let request = Request::JoinVoice {
            channel,
            session: CallSessionId::from_bytes([stay; 16]),
            state: VoiceState::default(),
        };
        self.ask(connection, request)
    }

    fn order(&mut self, owner: ConnectionId, order: CallOrder) {
        self.append(owner, Action::CallsOrdered { order });
    }

    /// The newest roster of the voice channel that a connection is told.
    fn told(&mut self, connection: ConnectionId) -> Vec<Participant> {
        let voice = self.voice;
        let frames = self.all(connection).into_iter();
        let mut rosters = frames.filter_map(|frame| match frame {
            RelayToClient::Roster(roster) if roster.channel == voice => Some(roster.participants),
            _ => None,
        });
        rosters.next_back().expect("a roster")
    }
}

fn restrict(person: &Person, muted: bool, deafened: bool) -> CallOrder {
    CallOrder::Restrict {
        user: person.user,
        muted,
        deafened,
    }
}

fn rules(channel: ChannelId, limit: Option<u32>, stage: bool) -> CallOrder {
    CallOrder::Rules {
        channel,
        rules: CallRules { limit, stage },
    }
}

fn devices(participants: &[Participant]) -> Vec<DeviceId> {
    participants.iter().map(|one| one.device).collect()
}

#[test]
fn whoever_was_muted_is_shown_muted_whatever_they_say() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, connection) = (town.connect_owner(), town.connect(&ben));
    town.enter(connection, 1).unwrap();
    town.order(owner, restrict(&ben, true, false));
    let seen = town.told(connection);
    assert!(seen[0].state.muted && !seen[0].state.deafened);
    town.all(owner);
    town.wait(1_000);
    // A modified client that claims an open microphone, and that it speaks.
    let state = VoiceState {
        speaking: true,
        hand: true,
        ..VoiceState::default()
    };
    town.send(connection, &ClientToRelay::VoiceState { state });
    let seen = town.told(owner);
    assert!(seen[0].state.muted && !seen[0].state.speaking && seen[0].state.hand);
    // Also when it comes in anew.
    let state = VoiceState::default();
    let again = Request::JoinVoice {
        channel: town.voice,
        session: CallSessionId::from_bytes([2; 16]),
        state,
    };
    town.ask(connection, again).unwrap();
    assert!(town.told(owner)[0].state.muted);

    town.order(owner, restrict(&ben, false, true));
    assert!(town.told(connection)[0].state.deafened);
    town.order(owner, restrict(&ben, false, false));
    town.wait(1_000);
    town.all(owner);
    town.send(connection, &ClientToRelay::VoiceState { state });
    let seen = town.told(owner);
    assert!(!seen[0].state.muted && !seen[0].state.deafened);
}

#[test]
fn an_ended_stay_is_off_the_roster_and_does_not_come_back() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, connection) = (town.connect_owner(), town.connect(&ben));
    town.enter(owner, 7).unwrap();
    town.enter(connection, 1).unwrap();
    let stay = CallSessionId::from_bytes([1; 16]);
    let end = CallOrder::End {
        device: ben.device,
        stay,
        to: None,
    };
    town.all(connection);
    town.order(owner, end);
    assert_eq!(devices(&town.told(connection)), [town.owner.device]);
    assert_eq!(town.enter(connection, 1), Err(ErrorCode::NotPermitted));
    assert!(town.enter(connection, 2).is_ok(), "another stay is another");
}

#[test]
fn a_limit_holds_for_people_and_those_who_came_last_go() {
    let mut town = Town::new();
    let people: Vec<Person> = ["Ben", "Cleo", "Dora"].map(|it| town.join(it)).into();
    let owner = town.connect_owner();
    let lines: Vec<_> = people.iter().map(|person| town.connect(person)).collect();
    let voice = town.voice;
    town.order(owner, rules(voice, Some(2), false));
    town.enter(lines[0], 1).unwrap();
    town.enter(lines[1], 2).unwrap();
    assert_eq!(town.enter(lines[2], 3), Err(ErrorCode::Full));
    assert!(town.enter(owner, 4).is_ok(), "who moderates comes in");
    // The same stay goes on after the connection broke.
    assert!(town.enter(lines[1], 2).is_ok());
    town.all(owner);
    town.order(owner, rules(voice, Some(1), false));
    let [ben, cleo] = [people[0].device, people[1].device];
    assert_eq!(devices(&town.told(lines[0])), [ben, town.owner.device]);
    assert_eq!(town.enter(lines[1], 5), Err(ErrorCode::Full));
    town.order(owner, rules(voice, None, false));
    assert!(town.enter(lines[1], 6).is_ok());
    assert!(devices(&town.told(owner)).contains(&cleo));
}

#[test]
fn on_a_stage_the_audience_is_shown_muted_with_its_hands() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, connection) = (town.connect_owner(), town.connect(&ben));
    let voice = town.voice;
    town.order(owner, rules(voice, None, true));
    let state = VoiceState {
        hand: true,
        ..VoiceState::default()
    };
    let join = Request::JoinVoice {
        channel: voice,
        session: CallSessionId::from_bytes([1; 16]),
        state,
    };
    town.ask(connection, join).unwrap();
    let seen = town.told(owner)[0].state;
    assert!(seen.muted && seen.hand);
    let speaker = CallOrder::Speaker {
        channel: voice,
        user: ben.user,
        speaks: true,
    };
    town.order(owner, speaker);
    town.wait(1_000);
    town.all(owner);
    town.send(connection, &ClientToRelay::VoiceState { state });
    assert!(!town.told(owner)[0].state.muted);
}

#[test]
fn a_second_device_takes_the_place_over_even_where_it_is_full() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (phone, tablet) = (town.add_device(&ben), town.add_device(&ben));
    let owner = town.connect_owner();
    let lines = [&ben, &phone, &tablet].map(|device| town.connect(device));
    let voice = town.voice;
    town.order(owner, rules(voice, Some(1), false));
    for (line, stay) in lines.into_iter().zip(1..) {
        town.enter(line, stay).unwrap();
    }
    // The newest, and the one that it takes the call from; not every device that a member has.
    let seen = devices(&town.told(owner));
    assert_eq!(seen, [phone.device, tablet.device]);

    town.order(owner, rules(voice, None, false));
    for number in 2..MAX_VOICE_PARTICIPANTS {
        let guest = town.join(&format!("Guest {number}"));
        let line = town.connect(&guest);
        let request = Request::JoinVoice {
            channel: voice,
            session: CallSessionId::from_bytes(fresh()),
            state: VoiceState::default(),
        };
        town.ask(line, request).unwrap();
    }
    assert_eq!(town.enter(owner, 9), Err(ErrorCode::Full));
    assert!(town.enter(lines[0], 10).is_ok());
}

/// Mutes, deafens, ends, moves, lets speak, and makes rules: without the permission each is refused, and nobody in the
/// call is told anything.
#[test]
fn the_orders_of_an_ordinary_member_change_nothing() {
    let mut town = Town::new();
    let (ben, cleo) = (town.join("Ben"), town.join("Cleo"));
    let (owner, connection) = (town.connect_owner(), town.connect(&ben));
    let third = town.connect(&cleo);
    let second = ChannelId::from_bytes(fresh());
    let made = channel_created(second, ChannelKind::Voice, Readers::Everyone);
    town.append(owner, made);
    for (line, stay) in [(owner, 1), (connection, 2), (third, 3)] {
        town.enter(line, stay).unwrap();
    }
    town.wait(5_000);
    for line in [owner, third] {
        town.all(line);
    }
    let ada = town.owner.clone();
    let end = |person: &Person, stay: u8, to| CallOrder::End {
        device: person.device,
        stay: CallSessionId::from_bytes([stay; 16]),
        to,
    };
    let speaker = CallOrder::Speaker {
        channel: town.voice,
        user: ben.user,
        speaks: true,
    };
    let voice = town.voice;
    for order in [
        restrict(&cleo, true, false),
        restrict(&cleo, true, true),
        restrict(&ada, true, true),
        end(&cleo, 3, None),
        end(&cleo, 3, Some(second)),
        end(&ada, 1, Some(second)),
        speaker,
        rules(voice, Some(1), false),
        rules(voice, None, true),
    ] {
        let action = Action::CallsOrdered { order };
        let entry = ben.entry(town.head(), town.now, action);
        let refused = town.ask(connection, Request::Append { entry });
        assert!(
            matches!(refused, Err(ErrorCode::Rejected { .. })),
            "{refused:?}"
        );
    }
    town.wait(5_000);
    for line in [owner, third] {
        let frames = town.all(line);
        let is_told =
            |it: &RelayToClient| matches!(it, RelayToClient::Roster(_) | RelayToClient::Log { .. });
        assert!(!frames.iter().any(is_told), "{frames:?}");
    }
}

#[test]
fn orders_survive_a_restart_of_the_relay() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, connection) = (town.connect_owner(), town.connect(&ben));
    town.enter(connection, 1).unwrap();
    let end = CallOrder::End {
        device: ben.device,
        stay: CallSessionId::from_bytes([1; 16]),
        to: None,
    };
    town.order(owner, end);
    town.order(owner, restrict(&ben, true, false));
    town.restart();
    town.log_in_again(&ben);
    let connection = town.connect(&ben);
    assert_eq!(town.enter(connection, 1), Err(ErrorCode::NotPermitted));
    town.enter(connection, 2).unwrap();
    town.wait(1_000);
    let state = VoiceState {
        hand: true,
        ..VoiceState::default()
    };
    town.send(connection, &ClientToRelay::VoiceState { state });
    let seen = town.told(connection)[0].state;
    assert!(seen.muted && seen.hand);
}

#[test]
fn a_loop_of_hands_and_joins_costs_the_others_little() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, connection) = (town.connect_owner(), town.connect(&ben));
    let second = ChannelId::from_bytes(fresh());
    let made = channel_created(second, ChannelKind::Voice, Readers::Everyone);
    town.append(owner, made);
    town.enter(connection, 1).unwrap();
    town.all(owner);
    town.now += 1_000;
    for number in 0..50_u8 {
        let state = VoiceState {
            hand: number.is_multiple_of(2),
            ..VoiceState::default()
        };
        town.send(connection, &ClientToRelay::VoiceState { state });
    }
    let frames = town.all(owner);
    assert!(frames.len() <= 1, "{} frames", frames.len());
    // Their own orders are refused before they cost anything.
    let order = Action::CallsOrdered {
        order: restrict(&town.owner.clone(), true, false),
    };
    let entry = ben.entry(town.head(), town.now, order);
    let refused = town.ask(connection, Request::Append { entry });
    assert!(
        matches!(refused, Err(ErrorCode::Rejected { .. })),
        "{refused:?}"
    );
}
