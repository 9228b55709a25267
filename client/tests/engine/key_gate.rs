//! Who gets a key is decided in sight of the whole log: a relay that keeps a member behind gains nothing with
//! it, and nobody who asked in good faith is forgotten.

use std::cell::RefCell;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use parley_client::store::Table;
use parley_client::timeline::Unreadable;
use parley_protocol::channel::Announcement;
use parley_protocol::entry::{Action, History, Permission, Readers};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, decode};
use parley_protocol::ids::{DeviceId, RoleId};
use parley_protocol::mail::{InboundMail, OlmCiphertext};
use serde_json::{Value, json};
use vodozemac::olm::{Session, SessionPickle};

use super::bench::Bench;

/// What a relay that keeps the log back from a device knows.
#[derive(Default)]
struct Kept {
    log: Vec<RelayToClient>,
    items: Vec<RelayToClient>,
}

/// From now on the relay keeps the log back from a device.
fn keep_log_back(bench: &mut Bench, device: usize) -> Rc<RefCell<Kept>> {
    let kept = Rc::<RefCell<Kept>>::default();
    let keep = kept.clone();
    bench.devices[device].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Log { .. } => {
            keep.borrow_mut().log.push(frame);
            Vec::new()
        }
        RelayToClient::Items(_) => {
            keep.borrow_mut().items.push(frame.clone());
            vec![frame]
        }
        frame => vec![frame],
    }));
    kept
}

fn let_log_through(bench: &mut Bench, device: usize, kept: &Rc<RefCell<Kept>>) {
    bench.devices[device].tamper = None;
    let log = std::mem::take(&mut kept.borrow_mut().log);
    for frame in log {
        bench.hand(device, &frame);
    }
}

/// Mail that a device sent to another since it had sent `from` frames.
fn mail_sent(bench: &Bench, device: usize, from: usize, to: DeviceId) -> Vec<InboundMail> {
    let sender = bench.devices[device].id();
    let frames = bench.devices[device].sent.iter().skip(from);
    let mut found = Vec::new();
    for frame in frames {
        if let Ok(ClientToRelay::Request {
            request: Request::SendMail { mail, .. },
            ..
        }) = decode(frame)
        {
            let mail = mail.into_iter().filter(|mail| mail.to == to);
            found.extend(mail.map(|mail| InboundMail {
                seq: 0,
                at: 0,
                from: sender,
                message: mail.message,
            }));
        }
    }
    found
}

#[test]
fn a_relay_that_keeps_a_member_behind_gets_no_key_for_a_removed_device() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    // Everybody has an Olm session with everybody.
    for device in [0, 1, cyd] {
        bench.write(device, general, "hello");
    }
    bench.pass(10_000);

    let removed = bench.devices[cyd].user;
    let kept = keep_log_back(&mut bench, 1);
    bench.cut(cyd);
    bench.append(0, Action::MemberRemoved { user: removed });
    bench.write(0, general, "not for cyd");
    bench.pass(5_000);

    // The relay shows cyd's device what was written, and carries what it asks.
    let asked_from = bench.devices[cyd].sent.len();
    for frame in &kept.borrow().items {
        bench.hand(cyd, frame);
    }
    bench.pass(15_000);
    let bob = bench.devices[1].id();
    let questions = mail_sent(&bench, cyd, asked_from, bob);
    assert!(!questions.is_empty(), "cyd asks bob");
    let cyd_device = bench.devices[cyd].id();
    bench.kill(cyd);
    let answered_from = bench.devices[1].sent.len();
    for question in questions {
        let items = vec![question];
        bench.hand(1, &RelayToClient::Mail { items });
    }
    bench.pass(5_000);
    let answers = |bench: &Bench| mail_sent(bench, 1, answered_from, cyd_device).len();
    assert_eq!(answers(&bench), 0, "bob waits for the log");

    let_log_through(&mut bench, 1, &kept);
    bench.pass(60_000);
    assert_eq!(answers(&bench), 0, "and then knows that cyd is out");
    assert_eq!(bench.shown(1, general).last().unwrap(), "not for cyd");
}

#[test]
fn who_asks_before_the_log_is_there_gets_the_answer_after_it() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    bench.write(1, general, "two");
    let kept = keep_log_back(&mut bench, 1);
    // The others are away: only bob can help.
    let cyd = bench.welcome("cyd");
    bench.kill(0);
    bench.pass(5_000);
    assert!(
        bench.reasons(cyd, general).len() == 2,
        "bob does not know cyd yet"
    );
    let_log_through(&mut bench, 1, &kept);
    bench.pass(30_000);
    assert_eq!(bench.shown(cyd, general), ["one", "two"]);
}

#[test]
fn a_key_that_the_relay_refused_stays_owed() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.devices[0].mail_only_to = Some(Vec::new());
    bench.write(0, general, "one");
    bench.pass(3_000);
    // Bob cannot ask: it is for ada to remember.
    bench.devices[1].mail_only_to = Some(Vec::new());
    bench.devices[0].mail_only_to = None;
    let lost = std::mem::take(&mut bench.devices[0].lost);
    assert!(!lost.is_empty());
    for text in lost {
        let Ok(ClientToRelay::Request { id, .. }) = decode(&text) else {
            panic!("mail is a request");
        };
        let error = ApiError {
            code: ErrorCode::TooLarge,
            message: String::new(),
        };
        bench.hand(0, &RelayToClient::Refused { id, error });
    }
    assert_eq!(bench.reasons(1, general), [Unreadable::KeyNotHereYet]);
    bench.pass(600_000);
    assert_eq!(bench.shown(1, general), ["one"]);
}

/// Mail that a hostile device makes with what it has stored.
fn forge_mail(bench: &Bench, from: usize, to: usize, body: &Value) -> InboundMail {
    let (sender, receiver) = (&bench.devices[from], &bench.devices[to]);
    let record = &sender.disk[&(Table::OlmSessions, receiver.id().to_string())];
    let mut record: Value = serde_json::from_slice(record).unwrap();
    let pickle: SessionPickle = serde_json::from_value(record["sessions"][0].take()).unwrap();
    let content = json!({
        "community": bench.community(),
        "from": sender.id(),
        "to": receiver.id(),
        "body": body,
    });
    let message = Session::from_pickle(pickle).encrypt(content.to_string());
    let (message_type, bytes) = message.unwrap().to_parts();
    InboundMail {
        seq: 0,
        at: 0,
        from: sender.id(),
        message: OlmCiphertext {
            message_type: u8::try_from(message_type).unwrap(),
            ciphertext: STANDARD_NO_PAD.encode(bytes),
        },
    }
}

/// The session that a device announced last.
fn last_announced(bench: &Bench, device: usize) -> Announcement {
    let frames = bench.devices[device].sent.iter().rev();
    let mut announced = frames.filter_map(|frame| match decode(frame) {
        Ok(ClientToRelay::Request {
            request: Request::Announce { announcement, .. },
            ..
        }) => announcement.parse_body().ok(),
        _ => None,
    });
    announced.next().expect("it announced a session")
}

#[test]
fn only_a_reader_can_say_that_a_key_is_from_before_ones_time() {
    const ROLE: RoleId = RoleId::from_bytes([9; 16]);
    let mut bench = Bench::of_two();
    let general = bench.general();
    let eve = bench.welcome("eve");
    for device in [0, 1, eve] {
        bench.write(device, general, "hello");
    }
    let user = bench.devices[1].user;
    let (name, permissions) = ("inner".to_owned(), [Permission::SendMessages].into());
    bench.append(
        0,
        Action::RoleDefined {
            role: ROLE,
            name,
            permissions,
        },
    );
    bench.append(0, Action::RoleGiven { user, role: ROLE });
    let readers = Readers::Roles {
        roles: [ROLE].into(),
    };
    let inner = bench.make_channel(readers, History::SinceJoined);
    bench.devices[0].mail_only_to = Some(Vec::new());
    bench.write(0, inner, "for bob");
    bench.kill(0);
    bench.pass(10_000);
    assert_eq!(bench.reasons(1, inner), [Unreadable::KeyNotHereYet]);

    let announced = last_announced(&bench, 0);
    assert_eq!(announced.channel, inner);
    let session = json!({
        "channel": announced.channel,
        "device": announced.device,
        "session": announced.session,
    });
    let body = json!({ "key_refused": { "sessions": [session] } });
    let items = vec![forge_mail(&bench, eve, 1, &body)];
    bench.hand(1, &RelayToClient::Mail { items });
    assert_eq!(bench.reasons(1, inner), [Unreadable::KeyNotHereYet]);
}
