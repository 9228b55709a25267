//! Small values that the own devices share.

use super::super::bench::Bench;

#[test]
fn own_devices_share_values_and_the_newest_stands() {
    let mut bench = Bench::of_two();
    let second = bench.another_device_of(0);
    bench.pass(60_000);
    let get =
        |bench: &Bench, index: usize| bench.engine(index).account_data("x").map(str::to_owned);
    bench.tell(0, |engine, now| {
        engine.set_account_data("x", "1", now).unwrap();
    });
    bench.pass(10_000);
    assert_eq!(get(&bench, second).as_deref(), Some("1"));
    bench.unplug(0);
    bench.tell(0, |engine, now| {
        engine.set_account_data("x", "2", now).unwrap();
    });
    bench.pass(10_000);
    bench.tell(second, |engine, now| {
        engine.set_account_data("x", "3", now).unwrap();
    });
    bench.pass(10_000);
    bench.plug(0);
    bench.pass(10_000);
    for index in [0, second] {
        assert_eq!(get(&bench, index).as_deref(), Some("3"));
    }
    assert_eq!(get(&bench, 1), None, "others do not hear of it");
}

#[test]
fn a_read_mark_may_be_ahead_of_what_this_device_has() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let second = bench.another_device_of(0);
    bench.pass(10_000);
    bench.write(1, general, "one");
    bench.pass(10_000);
    bench.unplug(second);
    for text in ["two", "three"] {
        bench.write(1, general, text);
    }
    let last = bench.items(0, general)[2].seq;
    bench.tell(0, |engine, now| engine.mark_read(general, last, now));
    bench.pass(10_000);
    bench.plug(second);
    bench.pass(10_000);
    let read = |bench: &Bench| {
        bench
            .engine(second)
            .timeline(&general)
            .unwrap()
            .read_up_to()
    };
    assert_eq!(read(&bench), last);
}
