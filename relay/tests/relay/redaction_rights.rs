//! Who may delete a message, and orders that the relay does not carry out.

use parley_protocol::channel::Redaction;
use parley_protocol::entry::{Action, Permission, Readers};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, Response, encode};
use parley_protocol::ids::{ChannelId, CommunityId, DeviceId, MessageId, RoleId};
use parley_protocol::keys::{Hash, SessionId};
use parley_protocol::limits::MAX_REDACTION_BYTES;

use crate::redaction::{Written, written};
use crate::support::fresh;
use crate::support::person::{Person, channel_created};

impl Written {
    fn redaction_by(&self, person: &Person) -> Redaction {
        let (town, by_ben) = (&self.town, (self.ben.device, 0));
        person.redaction(town.text, &self.message, by_ben, town.head())
    }

    fn is_there(&mut self) -> bool {
        let owner = self.town.connect_owner();
        let text = self.message.1.clone();
        let mut items = self.town.page(owner).items.into_iter();
        items.any(|item| {
            item.content == parley_protocol::channel::ItemContent::Message(text.clone())
        })
    }
}

#[test]
fn an_ordinary_member_in_a_loop_deletes_nothing_of_others() {
    let mut it = written();
    let eve = it.town.join("Eve");
    let connection = it.town.connect(&eve);
    let honest = it.redaction_by(&eve);
    for _ in 0..100 {
        let answer = it.town.ask(connection, eve.redact(&honest));
        assert_eq!(answer, Err(ErrorCode::NotPermitted));
    }
    // As if she had written it, as if somebody else deleted it, and with somebody else's order.
    let as_hers = Redaction {
        author: eve.device,
        ..honest.clone()
    };
    let answer = it.town.ask(connection, eve.redact(&as_hers));
    assert_eq!(answer, Err(ErrorCode::UnknownMessage));
    let as_ben = it.redaction_by(&it.ben.clone());
    let answer = it.town.ask(connection, eve.redact(&as_ben));
    assert_eq!(answer, Err(ErrorCode::Malformed));
    let bens = it.redact();
    assert_eq!(it.town.ask(connection, bens), Err(ErrorCode::Malformed));
    let mut unsigned = eve.redact(&honest);
    if let Request::Redact { order, .. } = &mut unsigned {
        order.signature = it.ben.order(&honest).signature;
    }
    assert_eq!(
        it.town.ask(connection, unsigned),
        Err(ErrorCode::BadSignature)
    );
    assert!(it.is_there());
}

#[test]
fn a_moderator_may_as_long_as_they_are_one() {
    let mut it = written();
    let mona = it.town.join("Mona");
    let owner = it.town.connect_owner();
    let role = RoleId::from_bytes(fresh());
    it.town.append(
        owner,
        Action::RoleDefined {
            role,
            name: "moderators".to_owned(),
            permissions: [Permission::ModerateMessages].into(),
        },
    );
    let user = mona.user;
    it.town.append(owner, Action::RoleGiven { user, role });
    let connection = it.town.connect(&mona);
    let in_time = it.redaction_by(&mona);
    it.town.append(owner, Action::RoleTaken { user, role });
    // Neither with the log as it is now nor as it was while she was one.
    for (redaction, code) in [
        (it.redaction_by(&mona), ErrorCode::NotPermitted),
        (in_time, ErrorCode::StaleHead),
    ] {
        let answer = it.town.ask(connection, mona.redact(&redaction));
        assert_eq!(answer, Err(code));
    }
    assert!(it.is_there());
    let owner = it.town.connect_owner();
    it.town.append(owner, Action::RoleGiven { user, role });
    let now = it.redaction_by(&mona);
    assert_eq!(
        it.town.ask(connection, mona.redact(&now)),
        Ok(Response::Done)
    );
    assert!(!it.is_there());
}

#[test]
fn another_device_of_the_author_may_and_a_removed_one_may_not() {
    let mut it = written();
    let ben = it.ben.clone();
    let phone = it.town.add_device(&ben);
    let phones = it.town.connect(&phone);
    let revoked = Action::DeviceRevoked { device: ben.device };
    let entry = phone.entry(it.town.head(), it.town.now, revoked);
    it.town.community.apply(&entry).unwrap();
    // The order comes with the entry, when the socket is open still.
    let [first, second] = [(7, Request::Append { entry }), (8, it.redact())]
        .map(|(id, request)| encode(&ClientToRelay::Request { id, request }));
    let frames = [(phones, first.as_str()), (it.connection, second.as_str())];
    it.town.relay.send_together(&frames, it.town.now);
    let answers = it.town.all(it.connection).into_iter();
    let mut codes = answers.filter_map(|frame| match frame {
        RelayToClient::Refused { error, .. } => Some(error.code),
        _ => None,
    });
    assert_eq!(codes.next(), Some(ErrorCode::UnknownDevice));
    assert!(it.is_there());

    let redaction = it.redaction_by(&phone);
    let answer = it.town.ask(phones, phone.redact(&redaction));
    assert_eq!(answer, Ok(Response::Done), "by the same member");
    assert!(!it.is_there());
}

#[test]
fn an_order_is_for_one_message_and_for_nothing_else() {
    let mut it = written();
    let other = it.town.post_sealed(it.connection, &it.session, 1);
    let owner = it.town.connect_owner();
    let hidden = ChannelId::from_bytes(fresh());
    let readers = Readers::Roles { roles: [].into() };
    let kind = parley_protocol::entry::ChannelKind::Text;
    it.town
        .append(owner, channel_created(hidden, kind, readers));
    let good = it.redaction_by(&it.ben.clone());
    let ben = it.ben.clone();
    let cases: Vec<(&str, Redaction, ErrorCode)> = vec![
        (
            "another number",
            Redaction {
                seq: other.0,
                ..good.clone()
            },
            ErrorCode::UnknownMessage,
        ),
        (
            "a number that is not there",
            Redaction {
                seq: 999,
                ..good.clone()
            },
            ErrorCode::UnknownMessage,
        ),
        (
            "the largest number",
            Redaction {
                seq: u64::MAX,
                ..good.clone()
            },
            ErrorCode::UnknownMessage,
        ),
        (
            "the announcement",
            Redaction {
                seq: 1,
                ..good.clone()
            },
            ErrorCode::UnknownMessage,
        ),
        (
            "another author",
            Redaction {
                author: it.town.owner.device,
                ..good.clone()
            },
            ErrorCode::UnknownMessage,
        ),
        (
            "another id",
            Redaction {
                message: MessageId::from_bytes([1; 16]),
                ..good.clone()
            },
            ErrorCode::UnknownMessage,
        ),
        (
            "another session",
            Redaction {
                session: SessionId::from_bytes([1; 32]),
                ..good.clone()
            },
            ErrorCode::UnknownMessage,
        ),
        (
            "another index",
            Redaction {
                index: Some(1),
                ..good.clone()
            },
            ErrorCode::UnknownMessage,
        ),
        (
            "no index",
            Redaction {
                index: None,
                ..good.clone()
            },
            ErrorCode::UnknownMessage,
        ),
        (
            "the voice channel",
            Redaction {
                channel: it.town.voice,
                ..good.clone()
            },
            ErrorCode::UnknownChannel,
        ),
        (
            "a channel that is not Ben's to read",
            Redaction {
                channel: hidden,
                ..good.clone()
            },
            ErrorCode::UnknownChannel,
        ),
        (
            "another community",
            Redaction {
                community: CommunityId::from_bytes([1; 32]),
                ..good.clone()
            },
            ErrorCode::Malformed,
        ),
        (
            "another device",
            Redaction {
                by: DeviceId::from_bytes([1; 16]),
                ..good.clone()
            },
            ErrorCode::Malformed,
        ),
        (
            "another log",
            Redaction {
                head: parley_protocol::entry::Head {
                    hash: Hash::from_bytes([1; 32]),
                    ..good.head
                },
                ..good.clone()
            },
            ErrorCode::StaleHead,
        ),
    ];
    for (what, redaction, code) in cases {
        let answer = it.town.ask(it.connection, ben.redact(&redaction));
        assert_eq!(answer, Err(code), "{what}");
    }
    let mut elsewhere = ben.redact(&good);
    if let Request::Redact { channel, .. } = &mut elsewhere {
        *channel = it.town.voice;
    }
    assert_eq!(
        it.town.ask(it.connection, elsewhere),
        Err(ErrorCode::UnknownChannel)
    );
    let mut under_another = ben.redact(&good);
    if let Request::Redact { seq, .. } = &mut under_another {
        *seq = other.0;
    }
    assert_eq!(
        it.town.ask(it.connection, under_another),
        Err(ErrorCode::Malformed)
    );
    assert!(it.is_there());
}

#[test]
fn an_order_has_one_text() {
    let mut it = written();
    let ben = it.ben.clone();
    let good = serde_json::to_string(&it.redaction_by(&ben)).unwrap();
    let padding = " ".repeat(MAX_REDACTION_BYTES);
    for (body, code) in [
        (format!("{good} "), ErrorCode::Malformed),
        (good.replacen('{', "{\"more\":1,", 1), ErrorCode::Malformed),
        (good.replacen(':', ": ", 1), ErrorCode::Malformed),
        ("[]".to_owned(), ErrorCode::Malformed),
        (String::new(), ErrorCode::Malformed),
        (format!("{good}{padding}"), ErrorCode::TooLarge),
    ] {
        let mut request = it.redact();
        if let Request::Redact { order, .. } = &mut request {
            order.signature = crate::support::person::sign(
                &ben.signing,
                &parley_protocol::signing::redaction(&body),
            );
            order.body = body;
        }
        assert_eq!(it.town.ask(it.connection, request), Err(code));
    }
    assert!(it.is_there());
}

#[test]
fn what_is_no_message_of_megolm_can_be_deleted_all_the_same() {
    let mut it = written();
    let session = crate::support::person::session_id(&it.session);
    let message = crate::support::person::message(session, "anything");
    let request = Request::Post {
        channel: it.town.text,
        message: message.clone(),
    };
    let Ok(Response::Posted { seq, .. }) = it.town.ask(it.connection, request) else {
        panic!("not posted");
    };
    let owner = it.town.connect_owner();
    let ada = it.town.owner.clone();
    let by_ben = (it.ben.device, 0);
    let redaction = Redaction {
        index: None,
        ..ada.redaction(it.town.text, &(seq, message), by_ben, it.town.head())
    };
    assert_eq!(
        it.town.ask(owner, ada.redact(&redaction)),
        Ok(Response::Done)
    );
}
