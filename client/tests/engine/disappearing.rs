//! Channels whose messages disappear: on time from every device's screen and store, with a connection or without one.

use parley_protocol::Millis;
use parley_protocol::entry::{Action, ChannelDetails};
use parley_protocol::ids::ChannelId;

use super::bench::Bench;

const HOUR: Millis = 60 * 60 * 1_000;

/// The owner says after how many seconds messages of a channel disappear.
pub(super) fn expire(bench: &mut Bench, channel: ChannelId, expires_after: Option<u32>) {
    let community = bench.engine(0).community();
    let details = &community
        .channels()
        .get(&channel)
        .expect("it is there")
        .details;
    let details = ChannelDetails {
        expires_after,
        ..details.clone()
    };
    bench.append(
        0,
        Action::ChannelChanged {
            channel,
            details,
            opens_past: false,
        },
    );
}

fn is_stored(bench: &Bench, device: usize, text: &str) -> bool {
    let mut values = bench.devices[device].disk.values();
    values.any(|value| String::from_utf8_lossy(value).contains(text))
}

#[test]
fn it_goes_on_time_from_screen_and_store_and_nothing_seems_to_be_missing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "before");
    expire(&mut bench, general, Some(3_600));
    bench.write(1, general, "for an hour");
    bench.pass(HOUR / 2);
    bench.write(1, general, "half an hour later");
    bench.write(0, general, "and an answer");
    bench.pass(HOUR / 2 - 1);
    let all = [
        "before",
        "for an hour",
        "half an hour later",
        "and an answer",
    ];
    for device in [0, 1] {
        assert_eq!(bench.shown(device, general), all);
        assert!(is_stored(&bench, device, "for an hour"));
    }
    bench.pass(1);
    for device in [0, 1] {
        assert_eq!(
            bench.shown(device, general),
            ["before", "half an hour later", "and an answer"]
        );
        assert!(!is_stored(&bench, device, "for an hour"));
    }
    bench.kill(1);
    bench.start(1);
    bench.write(1, general, "goes on");
    bench.pass(HOUR / 2);
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    for device in [0, 1, cyd] {
        assert_eq!(
            bench.shown(device, general),
            ["before", "goes on"],
            "{device}"
        );
        assert_eq!(bench.marks(device, general), [], "{device}");
        assert_eq!(bench.alerts(device), [], "{device}");
    }
}

#[test]
fn without_a_connection_it_goes_all_the_same() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    expire(&mut bench, general, Some(3_600));
    bench.write(0, general, "for an hour");
    bench.unplug(1);
    bench.pass(HOUR - 1);
    assert_eq!(bench.shown(1, general), ["for an hour"]);
    bench.pass(1);
    assert!(bench.shown(1, general).is_empty());
    assert!(!is_stored(&bench, 1, "for an hour"));
}

#[test]
fn a_device_that_was_off_never_shows_it_again() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    expire(&mut bench, general, Some(3_600));
    bench.write(0, general, "for an hour");
    bench.kill(1);
    bench.pass(2 * HOUR);
    bench.devices[1].plugged = false;
    assert!(is_stored(&bench, 1, "for an hour"));
    bench.start(1);
    assert!(bench.shown(1, general).is_empty());
    assert!(!is_stored(&bench, 1, "for an hour"));
    bench.plug(1);
    bench.write(0, general, "later");
    assert_eq!(bench.shown(1, general), ["later"]);
    assert_eq!(bench.marks(1, general), []);
}

#[test]
fn a_change_is_for_what_is_written_from_then_on() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "stays");
    expire(&mut bench, general, Some(3_600));
    bench.write(1, general, "an hour");
    expire(&mut bench, general, Some(2 * 3_600));
    bench.write(1, general, "two hours");
    expire(&mut bench, general, None);
    bench.write(1, general, "stays too");
    bench.pass(HOUR);
    assert_eq!(bench.shown(0, general), ["stays", "two hours", "stays too"]);
    bench.pass(HOUR);
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    for device in [0, 1, cyd] {
        assert_eq!(bench.shown(device, general), ["stays", "stays too"]);
        assert_eq!(bench.marks(device, general), []);
    }
}

#[test]
fn what_was_written_offline_before_the_change_goes_out_and_disappears() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    bench.unplug(1);
    bench.write(1, general, "two");
    expire(&mut bench, general, Some(60));
    bench.plug(1);
    assert_eq!(bench.shown(0, general), ["one", "two"]);
    bench.pass(61_000);
    for device in [0, 1] {
        assert_eq!(bench.shown(device, general), ["one"]);
        assert_eq!(bench.marks(device, general), []);
        assert!(bench.outbox(device, general).is_empty());
    }
}
