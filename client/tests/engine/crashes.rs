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

/// Takes the value of one record of device 1, as a store does that cannot open it, and starts the device again.
fn start_without(bench: &mut Bench, table: Table, choose: impl Fn(&str) -> bool) {
    bench.kill(1);
    let mut kept = bench.devices[1].disk.iter_mut();
    let (_, value) = kept
        .find(|((of, key), _)| *of == table && choose(key))
        .expect("a record");
    value.clear();
    bench.start(1);
    bench.pass(60_000);
}

#[test]
fn a_damaged_entry_of_the_log_comes_again_with_all_that_follow() {
    for seq in 2..=4 {
        let mut bench = Bench::of_two();
        let general = bench.general();
        bench.write(0, general, "one");
        let head = bench.engine(1).community().head();
        assert!(head.seq >= 4);
        start_without(&mut bench, Table::Log, |key| {
            key.ends_with(&seq.to_string())
        });
        assert_eq!(bench.engine(1).community().head(), head, "{seq}");
        let lost = bench.devices[1].disk.values().filter(|v| v.is_empty());
        assert_eq!(lost.count(), 0);
        bench.write(1, general, "two");
        assert_eq!(bench.shown(0, general), ["one", "two"]);
    }
}

#[test]
fn a_damaged_message_is_fetched_again_and_never_just_missing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for text in ["one", "two", "three"] {
        bench.write(0, general, text);
    }
    let second = bench.items(1, general)[1].seq;
    let ends = format!("/{second:020}");
    start_without(&mut bench, Table::Items, |key| key.ends_with(&ends));
    assert_eq!(bench.shown(1, general), ["three"]);
    let has_older = |bench: &Bench| bench.engine(1).timeline(&general).unwrap().has_older();
    assert!(has_older(&bench));
    bench.kill(1);
    bench.start(1);
    assert!(has_older(&bench), "also at the start after");
    bench.tell(1, |engine, now| engine.load_older(general, now));
    bench.pass(10_000);
    assert_eq!(bench.shown(1, general), ["one", "two", "three"]);
    assert_eq!(bench.alerts(1), []);
}

#[test]
fn the_newest_message_comes_again_by_itself_when_it_is_damaged() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for text in ["one", "two", "three"] {
        bench.write(0, general, text);
    }
    let newest = bench.items(1, general)[2].seq;
    let ends = format!("/{newest:020}");
    start_without(&mut bench, Table::Items, |key| key.ends_with(&ends));
    bench.pass(10_000);
    assert_eq!(bench.shown(1, general), ["one", "two", "three"]);
    assert_eq!(bench.marks(1, general), []);
    assert_eq!(bench.alerts(1), []);
}

#[test]
fn a_channel_whose_messages_are_all_damaged_comes_again_by_itself() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for text in ["one", "two", "three"] {
        bench.write(0, general, text);
    }
    start_without(&mut bench, Table::Items, |_| true);
    bench.pass(10_000);
    assert_eq!(bench.shown(1, general), ["one", "two", "three"]);
    assert_eq!(bench.alerts(1), []);
}

#[test]
fn any_other_damaged_record_heals() {
    let tables = [
        (Table::State, "mailbox"),
        (Table::State, "channel/"),
        (Table::OlmSessions, ""),
        (Table::OutboundSessions, ""),
        (Table::InboundSessions, ""),
    ];
    for (table, name) in tables {
        let mut bench = Bench::of_two();
        let general = bench.general();
        bench.write(0, general, "one");
        bench.write(1, general, "two");
        start_without(&mut bench, table, |key| key.starts_with(name));
        bench.write(0, general, "three");
        bench.write(1, general, "four");
        bench.pass(60_000);
        for device in [0, 1] {
            let shown = bench.shown(device, general);
            assert_eq!(shown, ["one", "two", "three", "four"], "{table:?} {name}");
        }
    }
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
