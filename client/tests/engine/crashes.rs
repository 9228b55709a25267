//! A device goes off between any two effects, and goes on from what it had stored: nothing is lost, nothing
//! is there twice, and no message key is used for two plaintexts (the bench watches that).

use parley_client::store::Table;

use super::bench::Bench;

/// Whether the device had kept something that it wrote.
fn has_in_outbox(bench: &Bench, device: usize) -> bool {
    let mut kept = bench.devices[device].disk.keys();
    kept.any(|(table, _)| *table == Table::Outbox)
}

#[test]
fn a_writer_may_go_off_after_any_effect() {
    for effects in 0.. {
        let mut bench = Bench::of_two();
        let general = bench.general();
        bench.devices[1].effects_left = Some(effects);
        bench.write(1, general, "one");
        let done = bench.devices[1].effects_left != Some(0);
        let kept = has_in_outbox(&bench, 1) || !bench.shown(0, general).is_empty();
        bench.kill(1);
        bench.start(1);
        bench.pass(20_000);
        bench.write(1, general, "two");
        bench.pass(20_000);
        let expected: &[&str] = if kept { &["one", "two"] } else { &["two"] };
        for device in [0, 1] {
            assert_eq!(bench.shown(device, general), expected, "after {effects}");
            assert_eq!(bench.alerts(device), []);
            assert_eq!(bench.marks(device, general), []);
        }
        assert!(bench.outbox(1, general).is_empty());
        if done {
            assert!(effects > 8, "the story is too short");
            return;
        }
    }
}

#[test]
fn a_reader_may_go_off_after_any_effect() {
    for effects in 0.. {
        let mut bench = Bench::of_two();
        let general = bench.general();
        bench.devices[1].effects_left = Some(effects);
        bench.write(0, general, "one");
        bench.write(0, general, "two");
        let done = bench.devices[1].effects_left != Some(0);
        bench.kill(1);
        bench.start(1);
        bench.pass(20_000);
        assert_eq!(bench.shown(1, general), ["one", "two"], "after {effects}");
        assert_eq!(bench.alerts(1), []);
        if done {
            assert!(effects > 5, "the story is too short");
            return;
        }
    }
}

#[test]
fn somebody_new_may_go_off_after_any_effect() {
    for effects in 0.. {
        let mut bench = Bench::of_two();
        let general = bench.general();
        bench.write(0, general, "one");
        bench.write(1, general, "two");
        let link = bench.invite();
        let made = bench.join(link, "cyd").unwrap();
        let cyd = bench.register("cyd", made).unwrap();
        bench.kill(cyd);
        bench.devices[cyd].effects_left = Some(effects);
        bench.start(cyd);
        bench.pass(3_000);
        let done = bench.devices[cyd].effects_left != Some(0);
        bench.kill(cyd);
        bench.start(cyd);
        bench.pass(60_000);
        assert_eq!(bench.shown(cyd, general), ["one", "two"], "after {effects}");
        if done {
            return;
        }
    }
}

#[test]
fn what_the_relay_confirmed_outlives_its_crash() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    bench.restart_relay();
    bench.write(1, general, "two");
    for device in [0, 1] {
        assert_eq!(bench.shown(device, general), ["one", "two"]);
        assert_eq!(bench.alerts(device), []);
    }
}

#[test]
fn nothing_stored_is_no_device() {
    let nothing = parley_client::Engine::restore(&[], [0; 32], 0).unwrap();
    assert!(nothing.is_none());
}

#[test]
fn a_damaged_store_says_what_is_missing() {
    use parley_client::engine::RestoreError;
    let bench = Bench::of_two();
    let whole = bench.devices[1].records();
    let without = |table: Table| {
        let mut records = whole.clone();
        records.retain(|record| record.table != table);
        parley_client::Engine::restore(&records, [0; 32], 0).err()
    };
    assert_eq!(without(Table::Device), Some(RestoreError::KeysMissing));
    assert_eq!(without(Table::Account), Some(RestoreError::KeysMissing));
    assert_eq!(without(Table::Log), Some(RestoreError::LogDamaged));
}

#[test]
fn garbage_in_any_other_record_is_no_reason_to_fail() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    bench.write(1, general, "two");
    let mut records = bench.devices[1].records();
    for record in &mut records {
        if !matches!(record.table, Table::Device | Table::Account | Table::Log) {
            record.value = b"garbage".to_vec();
        }
    }
    let engine = parley_client::Engine::restore(&records, [0; 32], 0);
    assert!(engine.unwrap().is_some());
}
