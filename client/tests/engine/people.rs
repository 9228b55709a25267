//! Who writes, as the others see it.

use parley_client::Engine;

use super::bench::Bench;

#[test]
fn somebody_stops_writing_when_the_message_is_there() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let ben = bench.devices[1].user;
    bench.tell(0, |engine: &mut Engine, now| {
        engine.watch(Some(general), true, now);
    });
    bench.tell(1, |engine: &mut Engine, now| engine.typing(general, now));
    assert_eq!(bench.engine(0).typists(&general), [ben]);
    bench.write(1, general, "here it is");
    assert_eq!(bench.shown(0, general), ["here it is"]);
    assert!(bench.engine(0).typists(&general).is_empty());

    bench.pass(1_000);
    bench.tell(1, |engine: &mut Engine, now| engine.typing(general, now));
    assert_eq!(bench.engine(0).typists(&general), [ben], "the next one");
}
