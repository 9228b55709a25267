//! A channel in which nobody wrote yet is known as empty, and the screen is told.

use parley_client::Event;
use parley_protocol::entry::{History, Readers};
use parley_protocol::ids::ChannelId;

use super::bench::Bench;

fn is_shown_as_known(bench: &Bench, device: usize, channel: ChannelId) -> bool {
    let told = bench.devices[device]
        .events
        .contains(&Event::Timeline(channel));
    let timeline = bench.engine(device).timeline(&channel);
    told && timeline.is_some_and(|known| known.is_known() && !known.has_older())
}

#[test]
fn after_founding_joining_and_each_start() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for device in [0, 1] {
        assert!(is_shown_as_known(&bench, device, general), "{device}");
        bench.kill(device);
        bench.devices[device].events.clear();
        bench.start(device);
        bench.pass(1_000);
        assert!(is_shown_as_known(&bench, device, general), "{device}");
    }
}

#[test]
fn when_it_is_made_while_somebody_is_connected() {
    let mut bench = Bench::of_two();
    let channel = bench.make_channel(Readers::Everyone, History::Shared);
    for device in [0, 1] {
        assert!(is_shown_as_known(&bench, device, channel), "{device}");
    }
    bench.write(1, channel, "first");
    assert_eq!(bench.shown(0, channel), ["first"]);
}
