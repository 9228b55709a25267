//! A channel's past: page by page, after a restart, and with sessions that began before what is here.

use parley_protocol::frame::RelayToClient;

use super::bench::Bench;

fn numbers(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|number| number.to_string()).collect()
}

#[test]
fn somebody_new_gets_the_newest_page_and_scrolls_up() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for number in numbers(0..150) {
        bench.write(1, general, &number);
    }
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    let shown = bench.shown(cyd, general);
    assert!(shown.len() < 100);
    assert_eq!(shown.last().unwrap(), "149");
    while bench.engine(cyd).timeline(&general).unwrap().has_older() {
        bench.tell(cyd, |engine, now| engine.load_older(general, now));
        bench.pass(10_000);
    }
    assert_eq!(bench.shown(cyd, general), numbers(0..150));
}

#[test]
fn what_the_store_no_longer_holds_is_fetched_again() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for number in numbers(0..520) {
        bench.write(1, general, &number);
    }
    assert_eq!(bench.shown(0, general), numbers(0..520));
    bench.kill(0);
    bench.start(0);
    let few = bench.shown(0, general);
    assert!(few.len() <= 500);
    assert_eq!(few.last().unwrap(), "519");
    bench.tell(0, |engine, now| engine.load_older(general, now));
    bench.pass(10_000);
    assert_eq!(bench.shown(0, general), numbers(0..520));
    let engine = bench.engine(0);
    assert!(!engine.timeline(&general).unwrap().has_older());
}

#[test]
fn a_session_from_before_the_first_page_is_looked_up() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "early");
    for number in numbers(0..80) {
        bench.write(0, general, &number);
    }
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    assert!(!bench.shown(cyd, general).contains(&"early".to_owned()));
    bench.write(1, general, "late");
    bench.pass(10_000);
    assert_eq!(bench.shown(cyd, general).last().unwrap(), "late");
}

#[test]
fn an_item_left_out_is_fetched_by_a_new_connection() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    let mut dropped = false;
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Items(_) if !dropped => {
            dropped = true;
            Vec::new()
        }
        frame => vec![frame],
    }));
    bench.write(0, general, "two");
    bench.write(0, general, "three");
    bench.pass(5_000);
    assert_eq!(bench.shown(1, general), ["one", "two", "three"]);
}

#[test]
fn what_was_read_is_remembered() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    let last = bench.items(1, general)[0].seq;
    bench.tell(1, |engine, now| engine.mark_read(general, last + 50, now));
    bench.kill(1);
    bench.start(1);
    let engine = bench.engine(1);
    assert_eq!(engine.timeline(&general).unwrap().read_up_to(), last);
}
