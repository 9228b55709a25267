//! Messages deleted at the relay: what others see who come later, and how the order gets there.

use parley_client::engine::RedactError;
use parley_client::relations::Target;
use parley_client::timeline::Body;
use parley_protocol::entry::{Action, Permission};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, decode};
use parley_protocol::ids::{ChannelId, RoleId, UserId};

use super::bench::Bench;

pub(super) const ROLE: RoleId = RoleId::from_bytes([6; 16]);

/// A device of the owner makes another's user a moderator.
pub(super) fn make_moderator(bench: &mut Bench, device: usize) {
    let name = "moderators".to_owned();
    let permissions = [Permission::ModerateMessages].into();
    bench.append(
        0,
        Action::RoleDefined {
            role: ROLE,
            name,
            permissions,
        },
    );
    let user = bench.devices[device].user;
    bench.append(0, Action::RoleGiven { user, role: ROLE });
}

/// A device has the relay delete what it shows as the text.
pub(super) fn redact(
    bench: &mut Bench,
    device: usize,
    channel: ChannelId,
    text: &str,
) -> Result<(), RedactError> {
    let items = bench.items(device, channel).into_iter();
    let mut found =
        items.filter(|item| matches!(&item.body, Body::Text { text: it, .. } if it == text));
    let seq = found.next().expect("it is shown").seq;
    bench.tell(device, |engine, now| engine.redact(channel, seq, now))
}

fn orders(bench: &Bench, device: usize) -> usize {
    let sent = bench.devices[device].sent.iter();
    sent.filter(|text| {
        matches!(
            decode(text),
            Ok(ClientToRelay::Request {
                request: Request::Redact { .. },
                ..
            })
        )
    })
    .count()
}

fn has_on_disk(bench: &Bench, device: usize, text: &str) -> bool {
    let mut values = bench.devices[device].disk.values();
    values.any(|value| String::from_utf8_lossy(value).contains(text))
}

#[test]
fn who_comes_later_sees_that_it_was_deleted_and_misses_nothing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for text in ["one", "secret", "three"] {
        bench.write(1, general, text);
    }
    bench.unplug(0);
    assert_eq!(redact(&mut bench, 1, general, "secret"), Ok(()));
    let after = ["one", "[removed]", "three"];
    assert_eq!(bench.shown(1, general), after);
    assert!(!has_on_disk(&bench, 1, "secret"));
    bench.plug(0);
    // It had the text, and hears of the deletion by a message.
    assert_eq!(bench.shown(0, general), ["one", "secret", "three"]);
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    let phone = bench.another_device_of(0);
    bench.pass(10_000);
    let author = bench.devices[1].user;
    for device in [1, cyd, phone] {
        assert_eq!(bench.shown(device, general), after, "{device}");
        assert_eq!(
            bench.items(device, general)[1].body,
            Body::Removed {
                by: author,
                quiet: false
            }
        );
        bench.kill(device);
        bench.start(device);
        assert_eq!(bench.shown(device, general), after, "{device}");
    }
    bench.write(1, general, "four");
    for device in [0, 1, cyd, phone] {
        assert_eq!(bench.marks(device, general), [], "{device}");
        assert_eq!(bench.alerts(device), [], "{device}");
        assert_eq!(bench.shown(device, general).len(), 4);
    }
}

#[test]
fn a_moderator_deletes_what_others_wrote_and_nobody_else_does() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let (cyd, eve) = (bench.welcome("cyd"), bench.welcome("eve"));
    bench.write(1, general, "one");
    for device in [cyd, eve] {
        let refused = redact(&mut bench, device, general, "one");
        assert_eq!(refused, Err(RedactError::NotPermitted));
    }
    make_moderator(&mut bench, cyd);
    assert_eq!(redact(&mut bench, cyd, general, "one"), Ok(()));
    let late = bench.welcome("dan");
    bench.pass(10_000);
    let by = bench.devices[cyd].user;
    assert_eq!(
        bench.items(late, general)[0].body,
        Body::Removed { by, quiet: false }
    );
    // What was right then stays right.
    let user = bench.devices[cyd].user;
    bench.append(0, Action::RoleTaken { user, role: ROLE });
    bench.append(0, Action::MemberRemoved { user });
    let later = bench.welcome("fay");
    bench.pass(10_000);
    for device in [late, later] {
        assert_eq!(bench.shown(device, general), ["[removed]"]);
        assert_eq!(bench.marks(device, general), []);
    }
}

#[test]
fn an_order_that_was_given_offline_goes_out_later_and_once() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    bench.unplug(1);
    assert_eq!(redact(&mut bench, 1, general, "one"), Ok(()));
    bench.kill(1);
    bench.start(1);
    assert_eq!(orders(&bench, 1), 0);
    bench.plug(1);
    assert_eq!(bench.shown(1, general), ["[removed]"]);
    bench.unplug(1);
    bench.plug(1);
    bench.kill(1);
    bench.start(1);
    assert_eq!(orders(&bench, 1), 1);
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    assert_eq!(bench.shown(cyd, general), ["[removed]"]);
}

#[test]
fn an_order_is_given_anew_when_the_log_went_on_meanwhile() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    let mut held = Vec::new();
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Log { .. } => {
            held.push(frame);
            Vec::new()
        }
        RelayToClient::Refused { .. } => {
            let log = std::mem::take(&mut held);
            std::iter::once(frame).chain(log).collect()
        }
        frame => vec![frame],
    }));
    bench.invite();
    assert_eq!(redact(&mut bench, 1, general, "one"), Ok(()));
    bench.devices[1].tamper = None;
    assert_eq!(bench.shown(1, general), ["one"]);
    bench.pass(2_000);
    assert_eq!(bench.shown(1, general), ["[removed]"]);
    assert_eq!(orders(&bench, 1), 2);
}

#[test]
fn a_relay_that_never_will_is_not_asked_for_ever() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    bench.devices[1].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Response { id, .. } => vec![RelayToClient::Refused {
            id,
            error: ApiError::new(ErrorCode::UnknownMessage, "no"),
        }],
        frame => vec![frame],
    }));
    assert_eq!(redact(&mut bench, 1, general, "one"), Ok(()));
    bench.pass(600_000);
    assert_eq!(orders(&bench, 1), 1);
    assert!(!has_on_disk(&bench, 1, "redact/"));
}

#[test]
fn what_is_not_there_or_gone_cannot_be_deleted() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    let seq = bench.items(1, general)[0].seq;
    let ask =
        |bench: &mut Bench, seq| bench.tell(1, |engine, now| engine.redact(general, seq, now));
    assert_eq!(ask(&mut bench, seq), Ok(()));
    for seq in [seq, 1, 99] {
        assert_eq!(ask(&mut bench, seq), Err(RedactError::UnknownMessage));
    }
}

#[test]
fn ones_own_message_that_was_deleted_before_it_came_back_leaves_the_outbox() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "first");
    let phone = bench.another_device_of(1);
    bench.pass(10_000);
    bench.devices[1].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Items(_) | RelayToClient::Response { .. } => Vec::new(),
        frame => vec![frame],
    }));
    bench.write(1, general, "second");
    bench.unplug(1);
    assert_eq!(bench.outbox(1, general).len(), 1);
    bench.pass(10_000);
    assert_eq!(redact(&mut bench, phone, general, "second"), Ok(()));
    bench.devices[1].tamper = None;
    bench.plug(1);
    assert_eq!(bench.shown(1, general), ["first", "[removed]"]);
    assert_eq!(bench.outbox(1, general), []);
    bench.write(1, general, "third");
    for device in [0, 1, phone] {
        assert_eq!(bench.marks(device, general), [], "{device}");
        assert_eq!(bench.shown(device, general).last().expect("one"), "third");
    }
}

/// How others name what a device shows as the text.
fn target(bench: &Bench, device: usize, channel: ChannelId, text: &str) -> Target {
    let items = bench.items(device, channel).into_iter();
    let mut found =
        items.filter(|item| matches!(&item.body, Body::Text { text: it, .. } if it == text));
    found.next().expect("it is shown").target()
}

fn delete(bench: &mut Bench, device: usize, channel: ChannelId, text: &str) {
    let target = target(bench, device, channel, text);
    bench
        .tell(device, |engine, now| engine.delete(channel, target, now))
        .expect("permitted");
}

/// What a device says of who deleted its first message.
fn deleted(bench: &Bench, device: usize, channel: ChannelId) -> Option<UserId> {
    let engine = bench.engine(device);
    let timeline = engine.timeline(&channel).expect("it is known");
    let item = timeline.items().next().expect("a message");
    timeline.summary(item, engine.me()).deleted
}

#[test]
fn a_deletion_takes_the_message_and_its_edits_from_the_relay() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "frist");
    let first = target(&bench, 1, general, "frist");
    for text in ["first", "a secret"] {
        bench
            .tell(1, |engine, now| {
                engine.edit(general, first, text.to_owned(), now)
            })
            .expect("one's own");
    }
    bench.write(0, general, "an answer");
    delete(&mut bench, 1, general, "frist");
    assert_eq!(orders(&bench, 1), 3);
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    let author = Some(bench.devices[1].user);
    for device in [0, 1, cyd] {
        assert_eq!(deleted(&bench, device, general), author, "{device}");
        assert_eq!(bench.marks(device, general), [], "{device}");
        bench.kill(device);
        bench.start(device);
        assert_eq!(deleted(&bench, device, general), author, "{device}");
    }
    assert_eq!(bench.shown(cyd, general), ["[removed]", "an answer"]);
    for (device, text) in [
        (1, "frist"),
        (1, "a secret"),
        (cyd, "frist"),
        (cyd, "a secret"),
    ] {
        assert!(!has_on_disk(&bench, device, text), "{device}: {text}");
    }
}

#[test]
fn a_deletion_that_was_written_offline_reaches_the_relay_too() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    bench.unplug(1);
    delete(&mut bench, 1, general, "one");
    bench.kill(1);
    bench.start(1);
    assert_eq!(orders(&bench, 1), 0);
    bench.plug(1);
    assert_eq!(orders(&bench, 1), 1);
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    assert_eq!(bench.shown(cyd, general), ["[removed]"]);
}

#[test]
fn a_crash_at_any_moment_of_a_deletion_loses_it_not() {
    for effects in 1..14 {
        let mut bench = Bench::of_two();
        let general = bench.general();
        bench.write(1, general, "one");
        bench.devices[1].effects_left = Some(effects);
        delete(&mut bench, 1, general, "one");
        bench.kill(1);
        bench.start(1);
        bench.pass(10_000);
        let cyd = bench.welcome("cyd");
        bench.pass(10_000);
        let shown = bench.shown(cyd, general);
        let asked = shown == ["[removed]"];
        // Before the first effect is carried out, nothing was asked.
        assert!(asked || effects == 1, "after {effects}: {shown:?}");
        assert_eq!(bench.marks(cyd, general), []);
    }
}

#[test]
fn a_message_of_somebody_else_that_only_a_relation_deletes_stays_at_the_relay() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let eve = bench.welcome("eve");
    bench.write(1, general, "one");
    let target = target(&bench, eve, general, "one");
    let refused = bench.tell(eve, |engine, now| engine.delete(general, target, now));
    assert!(refused.is_err());
    assert_eq!(orders(&bench, eve), 0);
    assert_eq!(bench.shown(1, general), ["one"]);
}
