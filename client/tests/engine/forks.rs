//! Two members who are shown different logs find out with the first message between them.

use parley_client::Engine;
use parley_client::alert::Alert;
use parley_protocol::entry::{Action, Permissions};
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::RoleId;

use super::bench::Bench;

pub(super) fn role(number: u8) -> Action {
    Action::RoleDefined {
        role: RoleId::from_bytes([number; 16]),
        name: format!("role {number}"),
        permissions: Permissions::new(),
    }
}

/// A community in which the relay shows two entries to device 1 the other way round.
pub(super) fn forked() -> Bench {
    let mut bench = Bench::of_two();
    bench.unplug(1);
    // Both name the head before them, so either may come first.
    let now = bench.now;
    let engine = bench.devices[0].engine.as_mut().unwrap();
    engine.append(role(1), now).unwrap();
    engine.append(role(2), now).unwrap();
    bench.pass(1_000);
    bench.devices[1].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Log { from, mut entries } => {
            entries.reverse();
            vec![RelayToClient::Log { from, entries }]
        }
        RelayToClient::Welcome(mut welcome) => {
            // The lie must be whole: the head is not told.
            welcome.head.seq -= 2;
            welcome.head.hash = parley_protocol::keys::Hash::from_bytes([0; 32]);
            vec![RelayToClient::Welcome(welcome)]
        }
        frame => vec![frame],
    }));
    bench
}

#[test]
fn a_fork_shows_with_the_first_message() {
    let mut bench = forked();
    let general = bench.general();
    bench.plug(1);
    bench.devices[1].tamper = None;
    let fork_seen = |bench: &Bench, device: usize| {
        let alerts = bench.alerts(device).into_iter();
        let me = bench.engine(1 - device).me().1;
        alerts
            .filter(|alert| matches!(alert, Alert::LogFork { seen_by: Some(by), .. } if *by == me))
            .count()
    };
    assert_eq!(fork_seen(&bench, 1), 0);
    bench.write(0, general, "hello");
    bench.pass(5_000);
    assert_eq!(bench.shown(1, general), ["hello"]);
    assert!(fork_seen(&bench, 1) > 0, "{:?}", bench.alerts(1));
}

#[test]
fn a_welcome_with_another_head_is_noticed() {
    let mut bench = Bench::of_two();
    bench.unplug(1);
    bench.devices[1].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Welcome(mut welcome) => {
            welcome.head.hash = parley_protocol::keys::Hash::from_bytes([1; 32]);
            vec![RelayToClient::Welcome(welcome)]
        }
        frame => vec![frame],
    }));
    bench.plug(1);
    let seq = bench.engine(1).community().head().seq;
    let alert = Alert::LogFork { seen_by: None, seq };
    assert_eq!(bench.alerts(1), [alert]);
    bench.kill(1);
    bench.start(1);
    assert_eq!(bench.alerts(1), [alert], "it outlives a restart");
}

#[test]
fn a_log_or_channel_that_became_shorter_is_noticed() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    bench.unplug(1);
    bench.devices[1].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Welcome(mut welcome) => {
            welcome.head.seq -= 1;
            for place in &mut welcome.channels {
                place.last = 0;
            }
            vec![RelayToClient::Welcome(welcome)]
        }
        frame => vec![frame],
    }));
    bench.plug(1);
    let alerts = bench.alerts(1);
    assert!(alerts.contains(&Alert::ChannelShorter));
    let shorter = |alert: &Alert| matches!(alert, Alert::LogShorter { .. });
    assert!(alerts.iter().any(shorter));
}

/// The relay keeps the log back from device 1, and device 0 writes of what device 1 cannot know.
pub(super) fn kept_back() -> Bench {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let mut own = None;
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Log { .. } => Vec::new(),
        RelayToClient::Welcome(mut welcome) => {
            welcome.head = *own.get_or_insert(welcome.head);
            vec![RelayToClient::Welcome(welcome)]
        }
        frame => vec![frame],
    }));
    bench.unplug(1);
    bench.plug(1);
    bench.append(0, role(1));
    bench.write(0, general, "hello");
    bench
}

fn behind(bench: &Bench) -> Alert {
    Alert::LogBehind {
        seen_by: bench.engine(0).me().1,
        seq: bench.engine(0).community().head().seq,
    }
}

#[test]
fn a_log_that_is_kept_back_is_noticed() {
    let mut bench = kept_back();
    let general = bench.general();
    bench.pass(10_000);
    assert_eq!(bench.shown(1, general), ["hello"]);
    assert_eq!(bench.alerts(1), [], "it may still come");
    bench.pass(30_000);
    assert_eq!(bench.alerts(1), [behind(&bench)]);
}

#[test]
fn cutting_every_connection_does_not_hide_that_the_log_is_kept_back() {
    let mut bench = kept_back();
    for _ in 0..4 {
        bench.pass(5_000);
        bench.unplug(1);
        bench.plug(1);
    }
    assert_eq!(bench.alerts(1), [behind(&bench)]);
}

#[test]
fn restarting_does_not_hide_that_the_log_is_kept_back() {
    let mut bench = kept_back();
    for _ in 0..20 {
        bench.pass(1_000);
        bench.kill(1);
        bench.start(1);
    }
    assert_eq!(bench.alerts(1), [behind(&bench)]);
    assert!(bench.engine(1).log_hold().is_some_and(|hold| hold.lasts));
}

#[test]
fn nothing_is_written_while_the_log_is_behind() {
    let mut bench = kept_back();
    let general = bench.general();
    bench.write(1, general, "who reads this?");
    bench.pass(120_000);
    assert_eq!(bench.shown(0, general), ["hello"]);
    assert_eq!(bench.outbox(1, general).len(), 1, "it waits");

    bench.devices[1].tamper = None;
    bench.unplug(1);
    bench.plug(1);
    assert_eq!(bench.engine(1).log_hold(), None, "the log has come");
    assert_eq!(bench.shown(0, general), ["hello", "who reads this?"]);
}

#[test]
fn who_names_entries_that_do_not_exist_stops_nobody_for_long() {
    let mut bench = kept_back();
    let general = bench.general();
    bench.write(1, general, "anyway");
    bench.pass(40_000);
    bench.tell(1, Engine::write_anyway);
    assert_eq!(bench.shown(0, general), ["hello", "anyway"]);

    bench.append(0, role(2));
    bench.write(0, general, "again");
    bench.write(1, general, "no second time");
    let shown = bench.shown(0, general);
    assert_eq!(shown, ["hello", "anyway", "again", "no second time"]);
}

#[test]
fn an_entry_against_the_rules_is_refused_and_told() {
    let mut bench = Bench::of_two();
    bench.devices[1].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Log { from, mut entries } => {
            for entry in &mut entries {
                entry.body = entry.body.replace("role 1", "role 7");
            }
            vec![RelayToClient::Log { from, entries }]
        }
        frame => vec![frame],
    }));
    bench.append(0, role(1));
    let invalid = |alert: &Alert| matches!(alert, Alert::LogInvalid { .. });
    assert!(bench.alerts(1).iter().any(invalid));
    let known = bench.engine(1).community().roles().len();
    assert_eq!(known, 1, "only everyone's");
}
