//! What was written goes out once, in order, when it can; and says so when it cannot.

use parley_client::engine::SendError;
use parley_client::timeline::OutboxState;
use parley_protocol::entry::{Action, History, Permissions, Readers};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, Response, decode};
use parley_protocol::ids::RoleId;
use parley_protocol::limits::MAX_TEXT_BYTES;

use parley_relay::config::Rate;

use super::bench::Bench;

/// The ciphertexts that a device has sent.
fn posts(bench: &Bench, device: usize) -> Vec<String> {
    let sent = bench.devices[device].sent.iter();
    sent.filter_map(|text| match decode(text) {
        Ok(ClientToRelay::Request {
            request: Request::Post { message, .. },
            ..
        }) => Some(message.ciphertext),
        _ => None,
    })
    .collect()
}

#[test]
fn what_is_written_offline_waits_and_goes_in_order() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.unplug(1);
    for text in ["one", "two", "three"] {
        bench.write(1, general, text);
    }
    let states: Vec<_> = bench
        .outbox(1, general)
        .into_iter()
        .map(|item| item.state)
        .collect();
    assert_eq!(states, [const { OutboxState::Waiting }; 3]);
    assert!(bench.shown(0, general).is_empty());

    bench.plug(1);
    assert_eq!(bench.shown(0, general), ["one", "two", "three"]);
    assert_eq!(bench.shown(1, general), ["one", "two", "three"]);
    assert!(bench.outbox(1, general).is_empty());
}

#[test]
fn what_cannot_be_a_message_is_refused_at_once() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let nowhere = parley_protocol::ids::ChannelId::from_bytes([9; 16]);
    let mut write =
        |channel, text: String| bench.tell(1, |engine, now| engine.send_text(channel, text, now));
    assert_eq!(write(general, " \n".to_owned()), Err(SendError::Empty));
    let bytes = MAX_TEXT_BYTES + 1;
    assert_eq!(
        write(general, "x".repeat(bytes)),
        Err(SendError::TooLong { bytes })
    );
    assert_eq!(write(nowhere, "x".to_owned()), Err(SendError::NotPermitted));
    assert!(write(general, "x".repeat(MAX_TEXT_BYTES)).is_ok());
}

#[test]
fn a_refused_message_stays_until_it_is_dropped() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "before");
    bench.unplug(1);
    bench.write(1, general, "late");
    bench.append(0, Action::ChannelArchived { channel: general });
    bench.plug(1);
    let item = bench.outbox(1, general).pop().expect("it is still there");
    let error = ErrorCode::UnknownChannel;
    let refused = matches!(item.state, OutboxState::Failed { .. });
    assert!(refused, "{:?}, as {error:?}", item.state);

    bench.tell(1, |engine, now| engine.retry(item.id, now));
    bench.pass(10_000);
    let again = bench.outbox(1, general).pop().expect("it is still there");
    assert!(matches!(again.state, OutboxState::Failed { .. }));

    bench.tell(1, |engine, now| engine.discard(item.id, now));
    assert!(bench.outbox(1, general).is_empty());
    bench.kill(1);
    bench.start(1);
    assert!(bench.outbox(1, general).is_empty());
    assert_eq!(bench.shown(0, general), ["before"]);
}

#[test]
fn a_waiting_message_can_be_taken_back() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.unplug(1);
    bench.write(1, general, "one");
    bench.write(1, general, "two");
    let first = bench.outbox(1, general).remove(0).id;
    bench.tell(1, |engine, now| engine.discard(first, now));
    bench.plug(1);
    assert_eq!(bench.shown(0, general), ["two"]);
}

/// The first answer to a post becomes a refusal, and the post itself is not shown to its author.
fn refuse_first_post(bench: &mut Bench, device: usize, code: ErrorCode) {
    let mut refused = false;
    let mut hidden = false;
    bench.devices[device].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Response {
            id,
            response: Response::Posted { .. },
        } if !refused => {
            refused = true;
            let error = ApiError::new(code.clone(), "no");
            vec![RelayToClient::Refused { id, error }]
        }
        RelayToClient::Items(_) if refused && !hidden => {
            hidden = true;
            Vec::new()
        }
        frame => vec![frame],
    }));
}

#[test]
fn a_busy_relay_gets_the_same_ciphertext_later() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "zero");
    refuse_first_post(&mut bench, 1, ErrorCode::RateLimited { retry_after: 5 });
    bench.write(1, general, "one");
    assert_eq!(bench.outbox(1, general)[0].state, OutboxState::Waiting);
    bench.pass(4_000);
    assert_eq!(posts(&bench, 1).len(), 2);
    bench.pass(2_000);
    let posts = posts(&bench, 1);
    assert_eq!(posts.len(), 3);
    assert_eq!(posts[1], posts[2]);
    bench.write(0, general, "two");
    bench.pass(20_000);
    assert_eq!(bench.shown(0, general), ["zero", "one", "two"]);
    assert_eq!(bench.shown(1, general), ["zero", "one", "two"]);
    assert!(bench.outbox(1, general).is_empty());
}

#[test]
fn whoever_writes_faster_than_the_relay_lets_them_loses_nothing() {
    let mut bench = Bench::of_two_at(Rate {
        burst: 20,
        interval: 500,
    });
    let general = bench.general();
    let texts: Vec<String> = (0..60).map(|number| number.to_string()).collect();
    for text in &texts {
        bench.write(1, general, text);
    }
    assert!(!bench.outbox(1, general).is_empty());
    bench.pass(60_000);
    assert!(bench.outbox(1, general).is_empty());
    assert_eq!(bench.shown(0, general), texts);
    assert_eq!(bench.shown(1, general), texts);
}

#[test]
fn what_was_encrypted_for_somebody_who_left_is_encrypted_anew() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(1, general, "one");

    let lost = bench.devices[1].connection.take().unwrap();
    bench.write(1, general, "two");
    bench.relay.disconnect(lost, bench.now);
    let user = bench.devices[cyd].user;
    bench.append(0, Action::MemberRemoved { user });
    bench.tell(1, parley_client::Engine::handle_disconnected);
    bench.pass(20_000);

    let posts = posts(&bench, 1);
    assert!(posts.len() >= 3, "it was encrypted anew");
    assert_ne!(posts.first(), posts.last());
    for device in [0, 1] {
        assert_eq!(bench.shown(device, general), ["one", "two"]);
        assert_eq!(bench.marks(device, general), []);
    }
}

#[test]
fn a_session_is_used_up_and_replaced() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for number in 0..103 {
        bench.write(1, general, &number.to_string());
    }
    let announcements = bench.devices[1].sent.iter();
    let announcements = announcements.filter(|text| text.contains(r#"{"announce":"#));
    assert_eq!(announcements.count(), 2);
    let expected: Vec<String> = (0..103).map(|number| number.to_string()).collect();
    assert_eq!(bench.shown(0, general), expected);
    assert_eq!(bench.marks(0, general), []);
}

#[test]
fn a_full_disk_at_the_relay_loses_nothing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    bench.relay.fill_disk().unwrap();
    let long = "x".repeat(20_000);
    bench.write(1, general, &long);
    bench.pass(10_000);
    bench.relay.free_disk().unwrap();
    bench.pass(30_000);
    assert_eq!(bench.shown(0, general), ["one".to_owned(), long]);
    assert!(bench.outbox(1, general).is_empty());
}

/// Keeps back what the relay answers to a device that asks for others' keys.
fn keep_prekeys_back(bench: &mut Bench, device: usize) {
    bench.devices[device].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Response {
            response: Response::Prekeys { .. },
            ..
        } => Vec::new(),
        frame => vec![frame],
    }));
}

#[test]
fn a_device_that_is_not_reached_holds_nothing_up_for_long() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let other = bench.make_channel(Readers::Everyone, History::Shared);
    bench.write(1, other, "before");
    let cyd = bench.welcome("cyd");
    keep_prekeys_back(&mut bench, 1);
    bench.write(1, general, "one");
    assert!(bench.shown(0, general).is_empty(), "the key goes first");
    bench.pass(3_000);
    bench.write(1, general, "two");
    assert_eq!(bench.shown(0, general), ["one", "two"]);

    bench.devices[1].tamper = None;
    bench.pass(60_000);
    assert_eq!(bench.shown(cyd, general), ["one", "two"], "they asked");
    assert_eq!(bench.shown(cyd, other), ["before"]);
}

#[test]
fn a_device_that_is_not_reached_holds_up_no_other_channel() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let board = RoleId::from_bytes([9; 16]);
    let readers = Readers::Roles {
        roles: [board].into(),
    };
    bench.append(
        0,
        Action::RoleDefined {
            role: board,
            name: "board".to_owned(),
            permissions: Permissions::new(),
        },
    );
    let inner = bench.make_channel(readers, History::Shared);
    let user = bench.devices[1].user;
    bench.append(0, Action::RoleGiven { user, role: board });
    bench.write(0, inner, "before");
    bench.welcome("cyd");
    keep_prekeys_back(&mut bench, 0);
    bench.write(0, general, "waits for cyd");
    bench.write(0, inner, "waits for nobody");
    assert!(bench.shown(1, general).is_empty());
    assert_eq!(bench.shown(1, inner), ["before", "waits for nobody"]);
}
