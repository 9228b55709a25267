//! Guests at the relay: in one call, and refused everything else.

use parley_protocol::auth::RegisterRequest;
use parley_protocol::entry::{Action, Entry, GuestTerms};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, Response, Welcome};
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId, MailId};
use parley_protocol::keys::SessionId;
use parley_protocol::mail::{OlmCiphertext, OutboundMail};
use parley_protocol::voice::VoiceState;
use parley_relay::ConnectionId;

use crate::support::fresh;
use crate::support::person::{Invite, Person, message};
use crate::support::town::{Town, everything};

const HOUR: u64 = 3_600_000;

/// An invite for so many guests, for an hour.
fn invite(town: &mut Town, owner: ConnectionId, guests: u32) -> Invite {
    let invite = Invite::new();
    let until = town.now + HOUR;
    let mut action = invite.made(Some(until), Some(guests));
    if let Action::InviteMade { guest, .. } = &mut action {
        *guest = Some(GuestTerms {
            channel: town.voice,
            until,
        });
    }
    town.append(owner, action);
    invite
}

fn registration(guest: &Person, entry: Entry) -> RegisterRequest {
    RegisterRequest {
        login_secret: None,
        wraps: Vec::new(),
        ..guest.registration(None, vec![entry])
    }
}

/// Somebody comes as a guest, and connects.
fn come(town: &mut Town, invite: &Invite, name: &str) -> (Person, ConnectionId) {
    let (guest, connection, _) = come_in(town, invite, name);
    (guest, connection)
}

/// The same, with what the relay says then.
fn come_in(town: &mut Town, invite: &Invite, name: &str) -> (Person, ConnectionId, Welcome) {
    let guest = Person::new(name, town.owner.community);
    let entry = guest.joining(invite, town.head(), town.now);
    town.register(&guest, registration(&guest, entry));
    let (connection, welcome) = town.connect_from(&guest, everything());
    (guest, connection, welcome)
}

fn join(channel: ChannelId) -> Request {
    Request::JoinVoice {
        channel,
        session: CallSessionId::from_bytes(fresh()),
        state: VoiceState::default(),
    }
}

fn mail(to: DeviceId, transient: bool) -> OutboundMail {
    OutboundMail {
        to,
        message: OlmCiphertext {
            message_type: 0,
            ciphertext: "AwogOlm".to_owned(),
        },
        transient,
    }
}

fn rosters(frames: &[RelayToClient]) -> Vec<Vec<DeviceId>> {
    let rosters = frames.iter().filter_map(|frame| match frame {
        RelayToClient::Roster(roster) => Some(&roster.participants),
        _ => None,
    });
    rosters
        .map(|all| all.iter().map(|seat| seat.device).collect())
        .collect()
}

#[test]
fn a_guest_is_in_the_call_and_hears_and_is_heard() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let invite = invite(&mut town, owner, 1);
    town.ask(owner, join(town.voice)).unwrap();
    let (guest, connection, welcomed) = come_in(&mut town, &invite, "Gil");
    assert!(welcomed.channels.is_empty(), "no channel to read");
    assert_eq!(welcomed.rosters.len(), 1);
    let ada = town.owner.device;
    let answer = town.ask(connection, join(town.voice));
    assert!(matches!(answer, Ok(Response::IceServers(_))));
    assert_eq!(
        rosters(&town.all(owner)).last(),
        Some(&vec![ada, guest.device])
    );
    // Keys and signals, both ways.
    for (from, to, at) in [(connection, ada, owner), (owner, guest.device, connection)] {
        let claimed = town.ask(from, Request::ClaimPrekeys { devices: vec![to] });
        let Ok(Response::Prekeys { prekeys }) = claimed else {
            panic!("{claimed:?}");
        };
        assert_eq!(prekeys.len(), 1);
        let send = Request::SendMail {
            id: MailId::from_bytes(fresh()),
            mail: vec![mail(to, true)],
        };
        town.ask(from, send).unwrap();
        let frames = town.all(at);
        assert!(
            frames
                .iter()
                .any(|it| matches!(it, RelayToClient::Mail { .. }))
        );
    }
}

#[test]
fn a_guest_is_refused_everything_else() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let invite = invite(&mut town, owner, 1);
    let ben = town.join("Ben");
    let bens = town.connect(&ben);
    let (guest, connection) = come(&mut town, &invite, "Gil");
    town.ask(connection, join(town.voice)).unwrap();
    town.ask(owner, join(town.voice)).unwrap();
    let (text, voice) = (town.text, town.voice);
    let message = message(SessionId::from_bytes(fresh()), "AwgAEoABciphertext");
    let entry = guest.entry(
        town.head(),
        town.now,
        Action::MemberRenamed {
            name: "Ada".to_owned(),
        },
    );
    let refused = [
        Request::Append { entry },
        Request::Post {
            channel: text,
            message,
        },
        Request::History {
            channel: text,
            before: 100,
            limit: 10,
        },
        Request::Subscribe {
            channel: text,
            after: None,
        },
        Request::Subscribe {
            channel: voice,
            after: None,
        },
        Request::PublishPrekeys {
            prekeys: guest.prekeys(5),
        },
        Request::JoinRoom {
            room: ChannelId::from_bytes(fresh()),
            session: CallSessionId::from_bytes(fresh()),
            state: VoiceState::default(),
        },
        Request::CompactVault { chains: Vec::new() },
        join(text),
        join(ChannelId::from_bytes(fresh())),
    ];
    for request in refused {
        let shown = format!("{request:?}");
        assert_eq!(
            town.ask(connection, request),
            Err(ErrorCode::NotPermitted),
            "{shown}"
        );
    }
    // Mail that would be kept, or goes to somebody who is not in the call, reaches nobody.
    town.all(owner);
    town.all(bens);
    let send = Request::SendMail {
        id: MailId::from_bytes(fresh()),
        mail: vec![
            mail(town.owner.device, false),
            mail(ben.device, true),
            mail(ben.device, false),
        ],
    };
    town.ask(connection, send).unwrap();
    let claim = Request::ClaimPrekeys {
        devices: vec![ben.device],
    };
    assert_eq!(
        town.ask(connection, claim),
        Ok(Response::Prekeys {
            prekeys: Vec::new()
        })
    );
    for frame in [
        ClientToRelay::Typing { channel: text },
        ClientToRelay::Watch {
            channel: Some(text),
            presence: true,
        },
        ClientToRelay::MailReceived { through: 1 },
    ] {
        town.send(connection, &frame);
    }
    town.wait(5_000);
    for other in [owner, bens] {
        let frames = town.all(other);
        let is_said = |it: &RelayToClient| {
            matches!(
                it,
                RelayToClient::Mail { .. }
                    | RelayToClient::Typing { .. }
                    | RelayToClient::Presence { .. }
            )
        };
        assert!(!frames.iter().any(is_said), "{frames:?}");
    }
    let heard = town.all(connection);
    assert!(heard.iter().all(|it| !matches!(
        it,
        RelayToClient::Presence { .. } | RelayToClient::Typing { .. } | RelayToClient::Items(_)
    )));
}

#[test]
fn when_the_time_is_over_the_guest_is_gone_and_does_not_come_back() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let invite = invite(&mut town, owner, 2);
    let (guest, connection) = come(&mut town, &invite, "Gil");
    town.ask(connection, join(town.voice)).unwrap();
    town.all(owner);
    town.wait(HOUR - 1);
    assert!(rosters(&town.all(owner)).is_empty());
    town.wait(1);
    assert_eq!(rosters(&town.all(owner)).last(), Some(&Vec::new()));
    let frames = town.all(connection);
    assert!(frames.iter().any(|it| matches!(
        it,
        RelayToClient::Closing { error } if error.code == ErrorCode::SessionEnded
    )));
    assert!(town.try_connect(&guest).is_err());
    // Nor anybody else by the same link.
    let late = Person::new("Hal", town.owner.community);
    let entry = late.joining(&invite, town.head(), town.now - HOUR);
    let refused = town.relay.register(registration(&late, entry), town.now);
    assert!(refused.is_err());
}

#[test]
fn a_link_that_is_taken_back_ends_the_visit_at_once() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let invite = invite(&mut town, owner, 2);
    let (guest, connection) = come(&mut town, &invite, "Gil");
    town.ask(connection, join(town.voice)).unwrap();
    town.append(owner, Action::InviteRevoked { invite: invite.id });
    assert!(town.try_connect(&guest).is_err());
    let frames = town.all(connection);
    assert!(
        frames
            .iter()
            .any(|it| matches!(it, RelayToClient::Closing { .. }))
    );
}

/// The log is what a guest is shown of the community beside their call: by the link as long as somebody can come by it,
/// and on the socket of whoever came as long as they are there.
#[test]
fn the_log_is_open_to_a_guests_link_no_longer_than_the_link_is() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let invite = invite(&mut town, owner, 2);
    let read = |town: &Town| {
        let proof = invite.credentials(&town.owner.community, town.now);
        let proof = proof.trim_start_matches("Invite ").parse().unwrap();
        town.relay.log_by_invite(&proof, 1, town.now).map(drop)
    };
    let (_, first) = come(&mut town, &invite, "Gil");
    assert_eq!(read(&town), Ok(()));
    let is_log = |it: &RelayToClient| matches!(it, RelayToClient::Log { .. });
    town.all(first);
    town.append(owner, Invite::new().made(None, None));
    assert!(town.all(first).iter().any(is_log));
    // Nobody else can come by it.
    come(&mut town, &invite, "Hal");
    assert!(read(&town).is_err());
    town.wait(HOUR);
    town.all(first);
    town.append(owner, Invite::new().made(None, None));
    assert!(!town.all(first).iter().any(is_log));
    assert!(read(&town).is_err());
}

#[test]
fn a_link_lets_in_no_more_than_it_says() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let invite = invite(&mut town, owner, 2);
    come(&mut town, &invite, "Gil");
    come(&mut town, &invite, "Hal");
    for name in ["Ida", "Jon"] {
        let late = Person::new(name, town.owner.community);
        let entry = late.joining(&invite, town.head(), town.now);
        let refused = town.relay.register(registration(&late, entry), town.now);
        assert!(refused.is_err());
    }
}

#[test]
fn a_link_for_guests_makes_no_member_and_one_for_members_no_guest() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let for_guests = invite(&mut town, owner, 2);
    let gil = Person::new("Gil", town.owner.community);
    let entry = gil.joining(&for_guests, town.head(), town.now);
    let as_member = gil.registration(None, vec![entry]);
    let refused = town.relay.register(as_member, town.now).map(drop);
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotPermitted);
    let entry = gil.joining(&town.invite, town.head(), town.now);
    let refused = town.relay.register(registration(&gil, entry), town.now);
    assert_eq!(refused.map(drop).unwrap_err().code, ErrorCode::NotPermitted);
}
