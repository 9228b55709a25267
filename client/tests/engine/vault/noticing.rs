//! A vault that is shorter or older than it was, and who notices.

use parley_client::vault::VaultProblem;

use super::super::bench::Bench;
use super::{DAY, all_off, talked, without_newest};

#[test]
fn a_shorter_vault_is_noticed_by_the_log_when_no_device_is_left() {
    let mut bench = talked();
    bench.pass(DAY + 60_000);
    let (_, device) = bench.engine(0).me();
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    let restored = bench.restore_shown(new, |segments| without_newest(device, segments));
    assert!(
        matches!(restored.problems[..], [VaultProblem::Short { .. }]),
        "{:?}",
        restored.problems
    );
}

#[test]
fn a_shorter_vault_is_noticed_by_an_own_device() {
    let mut bench = talked();
    let (_, device) = bench.engine(0).me();
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    let restored = bench.restore_shown(new, |segments| without_newest(device, segments));
    assert!(
        matches!(restored.problems[..], [VaultProblem::Short { .. }]),
        "{:?}",
        restored.problems
    );
}

#[test]
fn the_log_is_told_once_a_day_and_only_of_news() {
    let mut bench = talked();
    let noted = |bench: &Bench| {
        let (_, device) = bench.engine(0).me();
        bench.engine(0).community().devices()[&device].vault
    };
    assert_eq!(noted(&bench), None);
    bench.pass(DAY + 60_000);
    let first = noted(&bench).expect("a note");
    let entries = bench.engine(0).community().head().seq;
    bench.pass(3 * DAY);
    assert_eq!(noted(&bench), Some(first));
    assert_eq!(bench.engine(0).community().head().seq, entries);
}

#[test]
fn a_vault_from_before_the_takeover_is_noticed() {
    let mut bench = talked();
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    let old = bench.segments(new);
    let restored = bench.restore_vault(new);
    bench.tell(new, |engine, now| {
        engine.take_over_vault(&restored.archive, now);
        engine.close_vault_takeover(restored.chains.clone(), now);
    });
    bench.pass(60_000);
    all_off(&mut bench);
    let another = bench.another_device_of(0);
    bench.pass(5_000);
    let restored = bench.restore_shown(another, |_| old);
    assert!(
        matches!(restored.problems[..], [VaultProblem::Short { .. }]),
        "{:?}",
        restored.problems
    );
}
