//! A device starts from its last checkpoint of the community, and reads only the entries after it.

use parley_client::Engine;
use parley_client::engine::RestoreError;
use parley_client::store::{Record, Table};

use super::bench::Bench;

/// A community of two whose log is long enough for a checkpoint.
fn long_log() -> Bench {
    let mut bench = Bench::of_two();
    for _ in 0..70 {
        bench.invite();
    }
    bench
}

fn checkpoints(records: &[Record]) -> Vec<&Record> {
    let of_table = |record: &&Record| record.table == Table::Checkpoint;
    records.iter().filter(of_table).collect()
}

/// What a driver hands over that does not read what the checkpoint covers.
fn without_covered_log(records: &[Record]) -> Vec<Record> {
    let newest = checkpoints(records)[0].key.clone();
    let mut kept = records.to_vec();
    kept.retain(|record| record.table != Table::Log || record.key > newest);
    assert!(kept.len() + 60 < records.len());
    kept
}

#[test]
fn a_start_needs_no_entry_that_the_checkpoint_covers() {
    let mut bench = long_log();
    let head = bench.engine(1).community().head();
    let records = bench.devices[1].records();
    assert_eq!(checkpoints(&records).len(), 1);
    let kept = without_covered_log(&records);

    let engine = Engine::restore(&kept, [0; 32], bench.now).expect("good records");
    let engine = engine.expect("a device");
    assert_eq!(engine.community().head(), head);
    assert!(engine.community() == bench.engine(0).community());

    bench.kill(1);
    let disk = &mut bench.devices[1].disk;
    disk.clear();
    let pairs = kept.into_iter();
    disk.extend(pairs.map(|record| ((record.table, record.key), record.value)));
    bench.start(1);
    let general = bench.general();
    bench.write(1, general, "one");
    bench.welcome("cyd");
    assert_eq!(bench.shown(0, general), ["one"]);
    assert_eq!(
        bench.engine(1).community().head(),
        bench.engine(0).community().head()
    );
}

#[test]
fn a_newer_checkpoint_takes_the_place_of_the_last() {
    let mut bench = long_log();
    let first = checkpoints(&bench.devices[1].records())[0].key.clone();
    for _ in 0..70 {
        bench.invite();
    }
    let records = bench.devices[1].records();
    let kept = checkpoints(&records);
    assert_eq!(kept.len(), 1);
    assert!(kept[0].key > first);
}

#[test]
fn a_damaged_checkpoint_costs_no_more_than_time() {
    let bench = long_log();
    let head = bench.engine(1).community().head();
    let mut records = bench.devices[1].records();
    for record in &mut records {
        if record.table == Table::Checkpoint {
            record.value.truncate(100);
        }
    }
    let engine = Engine::restore(&records, [0; 32], bench.now).expect("the log is there");
    assert_eq!(engine.expect("a device").community().head(), head);

    let kept = without_covered_log(&records);
    let error = Engine::restore(&kept, [0; 32], bench.now).err();
    assert_eq!(error, Some(RestoreError::CheckpointDamaged));
}
