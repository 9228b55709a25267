//! Somebody writes for the first time: the person takes it, or not.

use parley_client::direct::{Delivery, Standing};

use crate::engine::bench::Bench;

#[test]
fn a_request_tells_its_author_nothing_until_it_is_taken() {
    let mut bench = Bench::of_two();
    let id = bench.direct(0, 1);
    bench.write(0, id, "hello");
    bench.pass(60_000);
    assert_eq!(bench.conversation(1, id).standing, Standing::Request);
    assert_eq!(bench.conversation(0, id).standing, Standing::Accepted);
    assert_eq!(bench.reached(0, id), Some(Delivery { reached: 0, of: 1 }));
    let second = bench.another_device_of(1);
    bench.pass(60_000);
    assert_eq!(bench.shown(second, id), ["hello"]);
    assert_eq!(bench.conversation(second, id).standing, Standing::Request);

    bench.accept(1, id);
    bench.pass(60_000);
    for index in [1, second] {
        assert_eq!(bench.conversation(index, id).standing, Standing::Accepted);
    }
    assert_eq!(bench.reached(0, id), Some(Delivery { reached: 1, of: 1 }));
}

#[test]
fn ignoring_and_blocking_hold_on_all_own_devices_and_are_undone() {
    let mut bench = Bench::of_two();
    let id = bench.direct(0, 1);
    let second = bench.another_device_of(1);
    bench.write(0, id, "hello");
    bench.pass(5_000);
    bench
        .tell(1, |engine, now| engine.answer_request(id, false, now))
        .unwrap();
    bench.pass(10_000);
    assert_eq!(bench.conversation(second, id).standing, Standing::Ignored);

    let ada = bench.user(0);
    bench
        .tell(second, |engine, now| engine.set_blocked(ada, true, now))
        .unwrap();
    bench.pass(10_000);
    assert!(bench.engine(1).is_blocked(&ada));
    assert_eq!(bench.conversation(1, id).standing, Standing::Blocked);
    bench.write(0, id, "can you hear me?");
    bench
        .tell(1, |engine, now| engine.set_blocked(ada, false, now))
        .unwrap();
    bench.accept(1, id);
    bench.pass(20_000);
    for index in [1, second] {
        assert_eq!(bench.shown(index, id), ["hello", "can you hear me?"]);
    }
}

#[test]
fn what_a_stranger_can_leave_is_bounded_and_comes_back_when_it_is_taken() {
    let mut bench = Bench::of_two();
    let id = bench.direct(0, 1);
    for number in 0..80 {
        bench.write(0, id, &format!("message {number}"));
    }
    bench.pass(60_000);
    assert_eq!(bench.items(1, id).len(), 50, "no more than so many");
    bench.accept(1, id);
    bench.write(0, id, "the last one");
    bench.pass(600_000);
    assert_eq!(
        bench.items(1, id).len(),
        81,
        "what had no room was asked for"
    );
    assert_eq!(bench.marks(1, id), []);
}

#[test]
fn a_stranger_begins_only_so_many_groups() {
    let mut bench = Bench::of_two();
    let third = bench.welcome("eve");
    let with = [bench.user(0), bench.user(1)];
    for _ in 0..10 {
        let group = bench
            .tell(third, |engine, now| {
                engine.begin_group(&with, String::new(), now)
            })
            .unwrap();
        bench.write(third, group, "look at this");
    }
    bench.pass(10_000);
    assert_eq!(bench.engine(0).conversations().len(), 4);
}
