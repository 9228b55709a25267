//! How a vault is written: before what it is for, compacted, and again where it was lost.

use parley_client::store::Table;
use parley_protocol::entry::Action;

use super::super::bench::Bench;
use super::{DAY, all_off, talked};

/// The writer dies after any number of effects: what stands in the channel can be read by who has the vault.
#[test]
fn a_key_is_in_the_vault_before_its_first_message_is_in_the_channel() {
    let mut written = 0;
    for effects in 0..40 {
        let mut bench = Bench::of_two();
        let general = bench.general();
        bench.pass(60_000);
        bench.kill(1);
        bench.devices[0].effects_left = Some(effects);
        bench.write(0, general, "last words");
        bench.kill(0);
        let new = bench.another_device_of(0);
        bench.pass(5_000);
        bench.restore_vault(new);
        let shown = bench.shown(new, general);
        assert!(
            shown.iter().all(|text| text == "last words"),
            "after {effects} effects: {shown:?}"
        );
        written += shown.len();
    }
    assert!(written > 5, "it was never written");
}

/// Until a session is spent by its age. Who stays away for so long has to sign in again.
fn a_week(bench: &mut Bench, devices: &[usize]) {
    for _ in 0..2 {
        bench.pass(4 * DAY);
        for index in devices {
            bench.unplug(*index);
            bench.plug(*index);
        }
    }
}

#[test]
fn many_small_segments_become_few_and_nothing_is_lost() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for _ in 0..5 {
        for text in ["a", "b"] {
            bench.write(0, general, text);
        }
        a_week(&mut bench, &[0]);
    }
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    let before = bench.segments(new).len();
    let restored = bench.restore_vault(new);
    bench.tell(new, |engine, now| {
        engine.take_over_vault(&restored.archive, now);
        engine.close_vault_takeover(restored.chains.clone(), now);
    });
    bench.pass(60_000);
    let after = bench.segments(new).len();
    assert!(after < before, "{before} segments, then {after}");

    all_off(&mut bench);
    let another = bench.another_device_of(0);
    bench.pass(5_000);
    let restored = bench.restore_vault(another);
    assert_eq!(restored.problems, []);
    assert_eq!(bench.shown(another, general), ["a", "b"].repeat(5));
}

/// A store that is older than what its device did since: from a backup of the disk.
#[test]
fn a_device_that_was_set_back_writes_on_and_loses_nothing() {
    let mut bench = talked();
    let general = bench.general();
    let old = bench.devices[0].disk.clone();
    a_week(&mut bench, &[0, 1]);
    bench.write(0, general, "later");
    bench.pass(60_000);
    bench.kill(0);
    bench.devices[0].disk = old;
    bench.start(0);
    bench.pass(60_000);
    bench.write(0, general, "after the backup");
    bench.pass(60_000);
    let shown = bench.shown(1, general);
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    bench.restore_vault(new);
    assert_eq!(bench.shown(new, general), shown);
}

#[test]
fn a_relay_that_lost_the_vault_gets_it_again() {
    let mut bench = talked();
    let general = bench.general();
    bench.kill(1);
    // It is as if the first segments had never come: the chain goes on without them.
    bench.devices[0].tamper = Some(Box::new(|frame| {
        use parley_protocol::frame::{RelayToClient, Response};
        match frame {
            RelayToClient::Response {
                id,
                response: Response::VaultAppended { .. },
            } => vec![RelayToClient::Response {
                id,
                response: Response::VaultAppended { follows: false },
            }],
            frame => vec![frame],
        }
    }));
    let before = bench.segments(0).len();
    a_week(&mut bench, &[0]);
    bench.write(0, general, "new");
    bench.pass(60_000);
    let segments = bench.segments(0);
    let after = segments.len();
    assert!(after >= before + 2, "{before} segments, then {after}");
    assert!(after < before + 10, "it does not go on for ever: {after}");
}

#[test]
fn a_removed_member_cannot_write_into_a_vault_any_more() {
    let mut bench = talked();
    let (user, _) = bench.engine(1).me();
    let before = bench.devices[1].disk.len();
    bench.tell(0, |engine, now| {
        engine.append(Action::MemberRemoved { user }, now).unwrap();
    });
    bench.pass(60_000);
    assert!(bench.devices[1].connection.is_none());
    let segments = bench.devices[1]
        .disk
        .keys()
        .filter(|(table, key)| *table == Table::Vault && key.starts_with("segment/"));
    assert_eq!(segments.count(), 0, "of {before} records");
}
