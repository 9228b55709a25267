//! Which Megolm sessions a device may write with.

use ed25519_dalek::SigningKey;
use parley_protocol::channel::SignedAnnouncement;
use parley_protocol::entry::{Action, Head};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{Request, Response};
use parley_protocol::keys::{Hash, SessionId, Signature};

use crate::support::fresh;
use crate::support::town::Town;

#[test]
fn only_an_announced_session_is_taken() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let unknown = SessionId::from_bytes(fresh());
    assert_eq!(
        town.post(owner, unknown, "text"),
        Err(ErrorCode::UnknownSession)
    );
}

#[test]
fn a_replaced_session_is_retired() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let first = town.announce(owner, &ada);
    let second = town.announce(owner, &ada);
    assert_eq!(
        town.post(owner, first, "text"),
        Err(ErrorCode::SessionRetired)
    );
    assert!(town.post(owner, second, "text").is_ok());
}

#[test]
fn sessions_are_retired_when_a_reader_is_removed() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let before = town.head();
    let session = town.announce(owner, &ada);
    town.post(owner, session, "Ben may read this").unwrap();
    town.append(owner, Action::MemberRemoved { user: ben.user });
    assert_eq!(
        town.post(owner, session, "not this"),
        Err(ErrorCode::SessionRetired)
    );

    let outdated = ada.announce(town.text, &SigningKey::from_bytes(&fresh()), before);
    assert_eq!(town.ask(owner, outdated), Err(ErrorCode::SessionRetired));
    let session = town.announce(owner, &ada);
    assert!(town.post(owner, session, "without Ben").is_ok());
}

#[test]
fn another_members_session_cannot_be_used() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let session = town.announce(owner, &ada);
    let connection = town.connect(&ben);
    assert_eq!(
        town.post(connection, session, "text"),
        Err(ErrorCode::UnknownSession)
    );
}

#[test]
fn an_announcement_must_be_true() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let fresh_key = || SigningKey::from_bytes(&fresh());
    let forked = Head {
        seq: town.head().seq,
        hash: Hash::from_bytes([1; 32]),
    };
    let cases = [
        (
            ada.announce(town.text, &fresh_key(), forked),
            ErrorCode::Malformed,
        ),
        (
            ben.announce(town.text, &fresh_key(), town.head()),
            ErrorCode::Malformed,
        ),
        (
            ada.announce(town.voice, &fresh_key(), town.head()),
            ErrorCode::UnknownChannel,
        ),
    ];
    for (request, code) in cases {
        assert_eq!(town.ask(owner, request), Err(code));
    }
    let Request::Announce {
        channel,
        announcement,
    } = ada.announce(town.text, &fresh_key(), town.head())
    else {
        panic!("no announcement");
    };
    let nobodys = Signature::from_bytes([0; 64]);
    let unsigned = SignedAnnouncement {
        signature: nobodys,
        ..announcement.clone()
    };
    // As if somebody else's session were announced.
    let unproven = SignedAnnouncement {
        proof: nobodys,
        ..announcement
    };
    for announcement in [unsigned, unproven] {
        let request = Request::Announce {
            channel,
            announcement,
        };
        assert_eq!(town.ask(owner, request), Err(ErrorCode::BadSignature));
    }
}

#[test]
fn an_archived_channel_takes_nothing() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let session = town.announce(owner, &ada);
    town.append(owner, Action::ChannelArchived { channel: town.text });
    assert_eq!(
        town.post(owner, session, "text"),
        Err(ErrorCode::UnknownChannel)
    );
    let history = Request::History {
        channel: town.text,
        before: u64::MAX,
        limit: 10,
    };
    assert!(matches!(town.ask(owner, history), Ok(Response::Page(_))));
}
