//! A device that has read the vault writes it anew into its own chain, and the others' chains are dropped.

use super::bench::Bench;
use super::vault::{all_off, talked};

const DAY: u64 = 86_400_000;

/// Everything else is gone; a new device reads the vault, finds nothing wrong, and takes all of it over.
fn sign_in_and_take_over(bench: &mut Bench) -> usize {
    all_off(bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    take_over(bench, new);
    new
}

fn take_over(bench: &mut Bench, new: usize) {
    let restored = bench.restore_vault(new);
    assert_eq!(restored.problems, []);
    bench.tell(new, |engine, now| {
        engine.take_over_vault(&restored.archive, now);
        engine.close_vault_takeover(restored.chains.clone(), now);
    });
    bench.pass(60_000);
}

#[test]
fn values_are_taken_over_as_keys_are() {
    let mut bench = talked();
    bench.tell(0, |engine, now| {
        engine
            .set_account_data("settings/theme", "dark", now)
            .unwrap();
    });
    bench.pass(60_000);
    sign_in_and_take_over(&mut bench);
    let last = sign_in_and_take_over(&mut bench);
    let theme = bench.engine(last).account_data("settings/theme");
    assert_eq!(theme, Some("dark"));
}

#[test]
fn chains_that_were_taken_over_twice_are_not_missed() {
    let mut bench = talked();
    let general = bench.general();
    bench.pass(DAY + 60_000);
    for _ in 0..3 {
        let new = sign_in_and_take_over(&mut bench);
        assert_eq!(bench.shown(new, general), ["from one", "from two"]);
    }
}

#[test]
fn a_device_that_wrote_already_takes_the_others_over_and_keeps_its_own() {
    let mut bench = talked();
    let general = bench.general();
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    bench.write(new, general, "before it was read");
    bench.pass(5_000);
    take_over(&mut bench, new);
    let own = bench.engine(new).me().1;
    let segments = bench.segments(new);
    assert!(segments.iter().all(|it| it.device == own), "{segments:?}");
    assert_eq!(segments.last().unwrap().segment.counter, 1);
}
