//! Rights over messages of others, as the log gives and takes them: every device judges alike, whenever it hears of it.

use parley_client::engine::RelationError;
use parley_protocol::entry::{Action, Permission};
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::RoleId;

use super::{Bench, agreed, delete, say, scroll_up};

const MODERATORS: RoleId = RoleId::from_bytes([9; 16]);

/// Ada, bob who moderates, and cyd.
fn with_a_moderator() -> (Bench, usize) {
    let mut bench = Bench::of_two();
    let cyd = bench.welcome("cyd");
    bench.append(
        0,
        Action::RoleDefined {
            role: MODERATORS,
            name: "moderators".to_owned(),
            permissions: [Permission::ModerateMessages].into(),
        },
    );
    give(&mut bench);
    (bench, cyd)
}

fn give(bench: &mut Bench) {
    let user = bench.devices[1].user;
    let role = MODERATORS;
    bench.append(0, Action::RoleGiven { user, role });
}

fn take(bench: &mut Bench) {
    let user = bench.devices[1].user;
    let role = MODERATORS;
    bench.append(0, Action::RoleTaken { user, role });
}

#[test]
fn a_moderator_deletes_and_pins_as_long_as_they_are_one() {
    let (mut bench, cyd) = with_a_moderator();
    let general = bench.general();
    let first = say(&mut bench, cyd, general, "spam");
    let second = say(&mut bench, cyd, general, "also spam");
    delete(&mut bench, 1, general, first).unwrap();
    bench
        .tell(1, |engine, now| engine.pin(general, second, true, now))
        .unwrap();
    take(&mut bench);
    assert_eq!(
        delete(&mut bench, 1, general, second),
        Err(RelationError::NotPermitted)
    );
    let sees = agreed(&bench, &[0, 1, cyd], general);
    assert_eq!(sees[0].deleted, Some(bench.devices[1].user));
    assert!(sees[1].deleted.is_none() && sees[1].pinned);
}

#[test]
fn what_waited_when_the_right_was_taken_has_no_effect() {
    let (mut bench, cyd) = with_a_moderator();
    let general = bench.general();
    let first = say(&mut bench, cyd, general, "not spam");
    bench.unplug(1);
    delete(&mut bench, 1, general, first).unwrap();
    take(&mut bench);
    bench.plug(1);
    bench.pass(20_000);
    assert_eq!(agreed(&bench, &[0, 1, cyd], general)[0].deleted, None);
    // A right that comes later does not bring it back.
    give(&mut bench);
    bench.pass(20_000);
    assert_eq!(agreed(&bench, &[0, 1, cyd], general)[0].deleted, None);
}

#[test]
fn who_lost_the_right_cannot_hide_behind_an_old_log() {
    let (mut bench, cyd) = with_a_moderator();
    let general = bench.general();
    let first = say(&mut bench, cyd, general, "not spam");
    bench.write(1, general, "hello");
    // The relay keeps everything new from them, but takes what they write.
    bench.devices[1].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Log { .. } | RelayToClient::Items(_) => Vec::new(),
        frame => vec![frame],
    }));
    take(&mut bench);
    bench.write(0, general, "they are no moderator any more");
    delete(&mut bench, 1, general, first).unwrap();
    assert_eq!(bench.outbox(1, general).len(), 1);
    bench.devices[1].tamper = None;
    bench.unplug(1);
    bench.plug(1);
    bench.pass(60_000);
    assert_eq!(agreed(&bench, &[0, 1, cyd], general)[0].deleted, None);

    // Nor from a reader who sees the end first.
    for number in 0..70 {
        bench.write(0, general, &number.to_string());
    }
    let late = bench.welcome("dan");
    bench.pass(20_000);
    scroll_up(&mut bench, late, general);
    assert_eq!(agreed(&bench, &[0, 1, cyd, late], general)[0].deleted, None);
}

#[test]
fn what_a_member_did_stays_when_they_are_removed() {
    let (mut bench, cyd) = with_a_moderator();
    let general = bench.general();
    let first = say(&mut bench, cyd, general, "spam");
    delete(&mut bench, 1, general, first).unwrap();
    let user = bench.devices[1].user;
    bench.append(0, Action::MemberRemoved { user });
    bench.write(0, general, "bye");
    let late = bench.welcome("dan");
    bench.pass(20_000);
    let sees = agreed(&bench, &[0, cyd, late], general);
    assert_eq!(sees[0].deleted, Some(user));
}

#[test]
fn who_hears_of_the_right_after_the_deed_judges_alike() {
    let (mut bench, cyd) = with_a_moderator();
    let general = bench.general();
    take(&mut bench);
    let first = say(&mut bench, cyd, general, "spam");
    bench.unplug(cyd);
    give(&mut bench);
    delete(&mut bench, 1, general, first).unwrap();
    // The log comes late.
    let mut held = Vec::new();
    bench.devices[cyd].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Log { .. } => {
            held.push(frame);
            Vec::new()
        }
        RelayToClient::Pong => {
            let mut all = std::mem::take(&mut held);
            all.push(RelayToClient::Pong);
            all
        }
        frame => vec![frame],
    }));
    bench.plug(cyd);
    bench.pass(120_000);
    bench.devices[cyd].tamper = None;
    bench.unplug(cyd);
    bench.plug(cyd);
    bench.pass(60_000);
    let user = bench.devices[1].user;
    assert_eq!(agreed(&bench, &[0, 1, cyd], general)[0].deleted, Some(user));
}
