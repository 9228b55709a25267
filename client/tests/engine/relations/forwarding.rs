//! A text that was taken from elsewhere says so for everybody, and nothing more.

use parley_client::engine::Draft;

use super::{edit, say, send};
use crate::engine::bench::Bench;

fn forwarded(text: &str) -> Draft {
    Draft {
        text: text.to_owned(),
        forwarded: true,
        ..Draft::default()
    }
}

#[test]
fn everybody_sees_that_a_text_was_forwarded_also_later() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let own = say(&mut bench, 1, general, "mine");
    let passed_on = send(&mut bench, 1, general, forwarded("theirs"));
    // What it says then is still not said by its author alone.
    edit(&mut bench, 1, general, passed_on, "theirs, changed").unwrap();
    bench.kill(0);
    bench.start(0);
    let new = bench.another_device_of(0);
    bench.pass(60_000);
    for device in [0, 1, new] {
        let timeline = bench.engine(device).timeline(&general).unwrap();
        let is_forwarded = |target| timeline.find(target).unwrap().body.is_forwarded();
        assert!(is_forwarded(passed_on), "device {device}");
        assert!(!is_forwarded(own), "device {device}");
    }
}

#[test]
fn the_mark_survives_a_crash_before_it_is_sent() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.unplug(1);
    let passed_on = send(&mut bench, 1, general, forwarded("theirs"));
    bench.kill(1);
    bench.start(1);
    assert!(bench.outbox(1, general)[0].body.is_forwarded());
    bench.plug(1);
    bench.pass(20_000);
    let timeline = bench.engine(0).timeline(&general).unwrap();
    assert!(timeline.find(passed_on).unwrap().body.is_forwarded());
}
