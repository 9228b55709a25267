//! Every frame, request and response.

use parley_protocol::channel::ItemContent;
use parley_protocol::entry::{Entry, Head, VaultChain};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{
    ChannelPage, ChannelPosition, ClientToRelay, Hello, Positions, PresenceState, RelayToClient,
    Request, Response, Welcome, decode, encode,
};
use parley_protocol::ids::MailId;
use parley_protocol::keys::{Hash, Nonce, Signature};
use parley_protocol::map::IdMap;

use super::book::Book;
use super::stream::{
    CALL, CHANNEL, DEVICE, ROOM, USER, announcement, claimed, ice_servers, inbound, item, message,
    order, outbound, prekeys, roster, voice_state,
};
use super::vault::segment;
use crate::support::NOW;

fn entry() -> Entry {
    Entry {
        body: "{}".to_owned(),
        author: DEVICE,
        signature: Signature::from_bytes([5; 64]),
    }
}

fn head() -> Head {
    Head {
        seq: 42,
        hash: Hash::from_bytes([0x42; 32]),
    }
}

fn page() -> ChannelPage {
    ChannelPage {
        channel: CHANNEL,
        after: 6,
        items: vec![item(7, ItemContent::Message(message()))],
        announcements: vec![item(1, ItemContent::Announcement(announcement()))],
    }
}

fn hello() -> Hello {
    Hello {
        access_token: "access-token".to_owned(),
        device: DEVICE,
        signature: Signature::from_bytes([6; 64]),
        positions: Positions {
            log: 42,
            mailbox: 7,
            channels: IdMap::from([(CHANNEL, 6)]),
        },
        presence: PresenceState::Online,
    }
}

fn requests() -> Vec<Request> {
    vec![
        Request::Append { entry: entry() },
        Request::Announce {
            channel: CHANNEL,
            announcement: announcement(),
        },
        Request::Post {
            channel: CHANNEL,
            message: message(),
        },
        Request::SendMail {
            id: MailId::from_bytes([0x33; 16]),
            mail: vec![outbound(false), outbound(true)],
        },
        Request::ClaimPrekeys {
            devices: vec![DEVICE],
        },
        Request::PublishPrekeys { prekeys: prekeys() },
        Request::History {
            channel: CHANNEL,
            before: 100,
            limit: 60,
        },
        Request::Subscribe {
            channel: CHANNEL,
            after: Some(6),
        },
        Request::Subscribe {
            channel: CHANNEL,
            after: None,
        },
        Request::JoinVoice {
            channel: CHANNEL,
            session: CALL,
            state: voice_state(),
        },
        Request::LeaveVoice,
        Request::IceServers,
        Request::AppendVault { segment: segment() },
        Request::CompactVault {
            chains: vec![VaultChain {
                device: DEVICE,
                counter: 12,
                hash: Hash::from_bytes([0x12; 32]),
            }],
        },
        Request::Redact {
            channel: CHANNEL,
            seq: 7,
            order: order(),
        },
        Request::JoinRoom {
            room: ROOM,
            session: CALL,
            state: voice_state(),
        },
    ]
}

fn responses() -> Vec<Response> {
    vec![
        Response::Done,
        Response::Appended { seq: 43 },
        Response::Posted { seq: 8, at: NOW },
        Response::Prekeys {
            prekeys: vec![claimed(false)],
        },
        Response::Page(page()),
        Response::IceServers(ice_servers()),
        Response::Subscribed { last: 6 },
        Response::MailSent { full: vec![DEVICE] },
        Response::VaultAppended { follows: true },
    ]
}

fn error() -> ApiError {
    ApiError::new(ErrorCode::SessionRetired, "a reader was removed")
}

#[test]
fn frames_to_the_relay_have_their_golden_texts() {
    let mut book = Book::default();
    book.add(&ClientToRelay::Hello(hello()));
    for (id, request) in (1..).zip(requests()) {
        book.add(&ClientToRelay::Request { id, request });
    }
    book.add(&ClientToRelay::MailReceived { through: 7 });
    book.add(&ClientToRelay::VoiceState {
        state: voice_state(),
    });
    book.add(&ClientToRelay::Typing { channel: CHANNEL });
    book.add(&ClientToRelay::Watch {
        channel: Some(CHANNEL),
        presence: true,
    });
    for state in [
        PresenceState::Online,
        PresenceState::Away,
        PresenceState::DoNotDisturb,
        PresenceState::Hidden,
    ] {
        book.add(&ClientToRelay::Presence { state });
    }
    book.add(&ClientToRelay::Hello(Hello {
        presence: PresenceState::Hidden,
        ..hello()
    }));
    book.add(&ClientToRelay::Ping);
    book.has_every::<ClientToRelay>();
    book.has_every::<Request>();
    book.check("to_relay");
}

#[test]
fn frames_to_the_client_have_their_golden_texts() {
    let mut book = Book::default();
    book.add(&RelayToClient::Challenge {
        nonce: Nonce::from_bytes([9; 32]),
    });
    book.add(&RelayToClient::Welcome(Welcome {
        head: head(),
        now: NOW,
        channels: vec![ChannelPosition {
            channel: CHANNEL,
            last: 8,
        }],
        mailbox: 7,
        rosters: vec![roster()],
        one_time_keys: 50,
        fresh_fallback: true,
    }));
    for (id, response) in (1..).zip(responses()) {
        book.add(&RelayToClient::Response { id, response });
    }
    book.add(&RelayToClient::Refused {
        id: 9,
        error: error(),
    });
    book.add(&RelayToClient::Log {
        from: 43,
        entries: vec![entry()],
    });
    book.add(&RelayToClient::Items(ChannelPage {
        announcements: Vec::new(),
        ..page()
    }));
    book.add(&RelayToClient::Mail {
        items: vec![inbound(8), inbound(0)],
    });
    book.add(&RelayToClient::Roster(roster()));
    book.add(&RelayToClient::Presence {
        online: vec![USER],
        away: Vec::new(),
        do_not_disturb: Vec::new(),
    });
    book.add(&RelayToClient::Presence {
        online: Vec::new(),
        away: vec![USER],
        do_not_disturb: vec![USER],
    });
    book.add(&RelayToClient::Typing {
        channel: CHANNEL,
        user: USER,
    });
    book.add(&RelayToClient::PrekeyCount {
        one_time: 12,
        fresh_fallback: false,
    });
    book.add(&RelayToClient::Closing { error: error() });
    book.add(&RelayToClient::Pong);
    book.has_every::<RelayToClient>();
    book.has_every::<Response>();
    book.check("to_client");
}

#[test]
fn a_frame_may_have_its_fields_in_any_order_and_more_of_them() {
    let text = r#"{"request":{"later":[],"request":{"subscribe":{"new":{"type":1},"after":null,"channel":"wcHBwcHBwcHBwcHBwcHBwQ"}},"id":3}}"#;
    let request = Request::Subscribe {
        channel: CHANNEL,
        after: None,
    };
    let frame = ClientToRelay::Request { id: 3, request };

    assert_eq!(decode(text), Ok(frame.clone()));
    assert_eq!(decode(&encode(&frame)), Ok(frame));
}

#[test]
fn fields_that_came_later_may_be_missing() {
    let mail =
        r#"{"to":"0dHR0dHR0dHR0dHR0dHR0Q","message":{"message_type":0,"ciphertext":"AwogOlm"}}"#;
    let read: parley_protocol::mail::OutboundMail = serde_json::from_str(mail).expect("mail");
    assert_eq!(read, outbound(false));

    let page = format!(r#"{{"items":{{"channel":"{CHANNEL}","after":0,"items":[]}}}}"#);
    assert!(decode::<RelayToClient>(&page).is_ok());
}

#[test]
fn printing_shows_no_secret() {
    let hello = format!("{:?}", ClientToRelay::Hello(hello()));
    assert!(!hello.contains("access-token"), "{hello}");
    let response = Response::IceServers(ice_servers());
    let ice = format!("{:?}", RelayToClient::Response { id: 1, response });
    for secret in ["turn-credential", "1700000600:"] {
        assert!(!ice.contains(secret), "{ice}");
    }
    assert!(ice.contains("turn:parley.example"), "{ice}");
}
