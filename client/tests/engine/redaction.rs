//! Messages deleted at the relay: what others see who come later, and how the order gets there.

use parley_client::engine::RedactError;
use parley_client::timeline::Body;
use parley_protocol::entry::{Action, Permission};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, decode};
use parley_protocol::ids::{ChannelId, RoleId};

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
