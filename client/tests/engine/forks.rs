//! Two members who are shown different logs find out with the first message between them.

use parley_client::alert::Alert;
use parley_protocol::entry::{Action, Permissions};
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::RoleId;

use super::bench::Bench;

fn role(number: u8) -> Action {
    Action::RoleDefined {
        role: RoleId::from_bytes([number; 16]),
        name: format!("role {number}"),
        permissions: Permissions::new(),
    }
}

/// A community in which the relay shows two entries to device 1 the other way round.
fn forked() -> Bench {
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
        let alerts = bench.engine(device).alerts().iter();
        let me = bench.engine(1 - device).me().1;
        alerts
            .filter(|alert| matches!(alert, Alert::LogFork { seen_by: Some(by), .. } if *by == me))
            .count()
    };
    assert_eq!(fork_seen(&bench, 1), 0);
    bench.write(0, general, "hello");
    bench.pass(5_000);
    assert_eq!(bench.shown(1, general), ["hello"]);
    assert!(fork_seen(&bench, 1) > 0, "{:?}", bench.engine(1).alerts());
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
    assert_eq!(bench.engine(1).alerts(), [alert]);
    bench.kill(1);
    bench.start(1);
    assert_eq!(bench.engine(1).alerts(), [alert], "it outlives a restart");
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
    let alerts = bench.engine(1).alerts();
    assert!(alerts.contains(&Alert::ChannelShorter));
    let shorter = |alert: &Alert| matches!(alert, Alert::LogShorter { .. });
    assert!(alerts.iter().any(shorter));
}

#[test]
fn a_log_that_is_kept_back_is_noticed() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.devices[1].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Log { .. } => Vec::new(),
        frame => vec![frame],
    }));
    bench.append(0, role(1));
    bench.write(0, general, "hello");
    bench.pass(10_000);
    assert_eq!(bench.shown(1, general), ["hello"]);
    assert_eq!(bench.engine(1).alerts(), [], "it may still come");
    bench.pass(30_000);
    let author = bench.engine(0).me().1;
    let alert = Alert::LogFork {
        seen_by: Some(author),
        seq: bench.engine(0).community().head().seq,
    };
    assert_eq!(bench.engine(1).alerts(), [alert]);
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
    assert!(bench.engine(1).alerts().iter().any(invalid));
    let known = bench.engine(1).community().roles().len();
    assert_eq!(known, 1, "only everyone's");
}
