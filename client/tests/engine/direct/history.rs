//! Conversations on devices that come later, and after all are lost.

use super::talked;
use crate::engine::vault::all_off;

#[test]
fn a_second_device_has_the_conversation_and_both_hear_what_comes() {
    let (mut bench, id) = talked();
    let second = bench.another_device_of(0);
    bench.pass(10_000);
    assert_eq!(bench.shown(second, id), ["hello", "hello yourself"]);
    bench.write(1, id, "to both");
    bench.write(second, id, "from the second");
    bench.pass(10_000);
    for index in [0, 1, second] {
        assert_eq!(bench.items(index, id), bench.items(0, id));
        assert_eq!(bench.shown(index, id).len(), 4);
    }
}

#[test]
fn all_devices_are_lost_and_the_vault_has_the_conversation() {
    let (mut bench, id) = talked();
    bench.pass(60_000);
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    let restored = bench.restore_vault(new);
    assert_eq!(restored.problems, []);
    assert_eq!(bench.shown(new, id), ["hello", "hello yourself"]);
    assert_eq!(bench.marks(new, id), []);
    bench.kill(new);
    bench.start(new);
    assert_eq!(bench.shown(new, id), ["hello", "hello yourself"]);
    bench.start(1);
    bench.write(new, id, "I am back");
    bench.pass(10_000);
    assert_eq!(bench.shown(1, id).last().unwrap(), "I am back");
}

#[test]
fn what_no_device_ever_fetched_is_sent_again_to_a_new_one() {
    let (mut bench, id) = talked();
    bench.pass(60_000);
    bench.kill(0);
    bench.write(1, id, "nobody fetches this");
    bench.pass(60_000);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    bench.restore_vault(new);
    bench.pass(60_000);
    let expected = ["hello", "hello yourself", "nobody fetches this"];
    assert_eq!(bench.shown(new, id), expected);
}

#[test]
fn a_first_message_that_no_device_fetched_is_not_lost() {
    let mut bench = crate::engine::bench::Bench::of_two();
    let id = bench.direct(1, 0);
    bench.kill(0);
    bench.write(1, id, "hello?");
    bench.pass(60_000);
    let new = bench.another_device_of(0);
    bench.pass(60_000);
    assert_eq!(bench.shown(new, id), ["hello?"]);
}

#[test]
fn whoever_greets_a_new_device_may_go_off_after_any_effect() {
    for effects in 0.. {
        let mut bench = crate::engine::bench::Bench::of_two();
        let id = bench.direct(1, 0);
        bench.kill(0);
        bench.write(1, id, "hello?");
        bench.pass(60_000);
        bench.devices[1].effects_left = Some(effects);
        let new = bench.another_device_of(0);
        bench.pass(10_000);
        let done = bench.devices[1].effects_left != Some(0);
        bench.kill(1);
        bench.start(1);
        bench.pass(60_000);
        assert_eq!(bench.shown(new, id), ["hello?"], "after {effects}");
        if done {
            assert!(effects > 3, "the story is too short");
            return;
        }
    }
}

#[test]
fn whoever_passes_a_message_on_may_go_off_after_any_effect() {
    for effects in 0.. {
        let (mut bench, id) = talked();
        bench.kill(0);
        bench.write(1, id, "written before");
        bench.pass(10_000);
        bench.kill(1);
        let second = bench.another_device_of(0);
        bench.pass(5_000);
        bench.devices[0].effects_left = Some(effects);
        bench.start(0);
        bench.pass(10_000);
        let done = bench.devices[0].effects_left != Some(0);
        bench.kill(0);
        bench.start(0);
        bench.pass(60_000);
        for index in [0, second] {
            let shown = bench.shown(index, id);
            assert_eq!(shown.last().unwrap(), "written before", "after {effects}");
        }
        if done {
            assert!(effects > 3, "the story is too short");
            return;
        }
    }
}

#[test]
fn an_author_who_does_not_know_of_a_device_yet_is_helped_by_the_others() {
    let (mut bench, id) = talked();
    bench.unplug(1);
    bench.write(1, id, "written before");
    let second = bench.another_device_of(0);
    bench.pass(5_000);
    bench.plug(1);
    bench.pass(20_000);
    for index in [0, second] {
        assert_eq!(bench.shown(index, id).last().unwrap(), "written before");
    }
}

#[test]
fn the_past_comes_from_the_store_page_by_page() {
    let (mut bench, id) = talked();
    for number in 0..130 {
        bench.write(0, id, &format!("message {number}"));
    }
    bench.pass(10_000);
    let all = bench.items(1, id);
    bench.tell(1, |engine, now| engine.release_past(id, 10, now));
    assert_eq!(bench.items(1, id).len(), 10);
    assert!(bench.engine(1).timeline(&id).unwrap().has_older());
    bench.tell(1, |engine, now| engine.load_older(id, now));
    assert_eq!(bench.items(1, id).len(), 110);
    bench.tell(1, |engine, now| engine.load_older(id, now));
    assert_eq!(bench.items(1, id), all);
    assert!(!bench.engine(1).timeline(&id).unwrap().has_older());
    assert_eq!(bench.marks(1, id), []);
}

#[test]
fn a_vault_that_is_taken_over_keeps_conversations() {
    let (mut bench, id) = talked();
    bench.pass(60_000);
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    let restored = bench.restore_vault(new);
    bench.tell(new, |engine, now| {
        engine.take_over_vault(&restored.archive, now);
        engine.close_vault_takeover(restored.chains, now);
    });
    bench.pass(120_000);
    bench.kill(new);
    let newer = bench.another_device_of(new);
    bench.pass(5_000);
    bench.restore_vault(newer);
    assert_eq!(bench.shown(newer, id), ["hello", "hello yourself"]);
}
