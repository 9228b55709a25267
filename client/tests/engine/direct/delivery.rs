//! How a message gets to every device, and what becomes of it on the way.

use parley_client::direct::Delivery;
use parley_client::engine::Habit;
use parley_client::timeline::OutboxState;

use super::talked;

const NONE: Delivery = Delivery { reached: 0, of: 1 };
const HERE: Delivery = Delivery { reached: 1, of: 1 };

#[test]
fn an_author_sees_how_far_a_message_has_come() {
    let (mut bench, id) = talked();
    bench.unplug(1);
    bench.unplug(0);
    bench.write(0, id, "are you there?");
    assert_eq!(bench.outbox(0, id)[0].state, OutboxState::Waiting);
    bench.plug(0);
    assert!(bench.outbox(0, id).is_empty());
    assert_eq!(bench.reached(0, id), Some(NONE), "at the relay");
    bench.plug(1);
    assert_eq!(bench.reached(0, id), Some(HERE), "at their devices");
}

#[test]
fn whoever_switched_it_off_tells_nobody() {
    let (mut bench, id) = talked();
    bench
        .tell(1, |engine, now| {
            engine.set_habit(Habit::SendReceipts, false, now)
        })
        .unwrap();
    bench.write(0, id, "did you read this?");
    bench.pass(60_000);
    assert_eq!(bench.shown(1, id).len(), 3);
    assert_eq!(bench.reached(0, id), Some(NONE));
}

#[test]
fn what_was_written_survives_every_crash_and_shows_once() {
    for effects in 0..40 {
        let (mut bench, id) = talked();
        bench.devices[0].effects_left = Some(effects);
        bench.write(0, id, "once");
        let is_kept = bench.devices[0]
            .disk
            .values()
            .any(|value| String::from_utf8_lossy(value).contains("once"));
        bench.kill(0);
        bench.start(0);
        bench.pass(20_000);
        let expected = usize::from(is_kept);
        for index in [0, 1] {
            let shown = bench.shown(index, id);
            let count = shown.iter().filter(|text| *text == "once").count();
            assert_eq!(count, expected, "after {effects} effects, at {index}");
            assert_eq!(bench.marks(index, id), [], "after {effects} effects");
        }
    }
}

#[test]
fn a_receiver_that_crashes_loses_nothing() {
    for effects in 0..25 {
        let (mut bench, id) = talked();
        bench.devices[1].effects_left = Some(effects);
        bench.write(0, id, "once");
        bench.kill(1);
        bench.start(1);
        bench.pass(20_000);
        let shown = bench.shown(1, id);
        assert_eq!(shown[2..], ["once"], "after {effects} effects");
    }
}

#[test]
fn several_wait_and_one_is_taken_back() {
    let (mut bench, id) = talked();
    bench.unplug(0);
    for text in ["one", "two", "three"] {
        bench.write(0, id, text);
    }
    let two = bench.outbox(0, id)[1].id;
    bench.tell(0, |engine, now| engine.discard(two, now));
    bench.plug(0);
    bench.pass(5_000);
    for index in [0, 1] {
        assert_eq!(bench.shown(index, id)[2..], ["one", "three"]);
        assert_eq!(bench.marks(index, id), [], "nothing seems to be missing");
    }
}

#[test]
fn a_text_that_does_not_fit_is_refused_when_it_is_written() {
    let (mut bench, id) = talked();
    let text = "\"".repeat(30_000);
    let refused = bench.tell(0, |engine, now| engine.send_text(id, text, now));
    assert!(refused.is_err());
    let text = "a".repeat(32 * 1024);
    bench.write(0, id, &text);
    assert_eq!(bench.shown(1, id)[2], text);
}
