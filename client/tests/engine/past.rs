//! The past of channels: fetched ahead into the store, read from there, taken out of it when room is short, and let go
//! of in memory.

use parley_client::relations::Target;
use parley_client::store::Table;
use parley_protocol::entry::{History, Readers};
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, Response, decode};
use parley_protocol::ids::ChannelId;

use super::bench::Bench;
use super::disappearing::expire;

fn numbers(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|number| number.to_string()).collect()
}

/// A community of two in which bob wrote so many messages, and a newcomer, who is device 2.
fn with_newcomer(messages: u32) -> (Bench, ChannelId) {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for number in numbers(0..messages) {
        bench.write(1, general, &number);
    }
    let newcomer = bench.welcome("cyd");
    assert_eq!(newcomer, 2);
    bench.pass(10_000);
    (bench, general)
}

fn stored(bench: &Bench, device: usize) -> usize {
    let disk = bench.devices[device].disk.keys();
    disk.filter(|(table, _)| *table == Table::Items).count()
}

fn asked(bench: &Bench, device: usize) -> usize {
    let is_history = |text: &&String| {
        matches!(
            decode(text).expect("a frame"),
            ClientToRelay::Request {
                request: Request::History { limit, .. },
                ..
            } if limit > 1
        )
    };
    bench.devices[device].sent.iter().filter(is_history).count()
}

fn scroll_up(bench: &mut Bench, device: usize, channel: ChannelId) {
    let has_older = |bench: &Bench| {
        let engine = bench.engine(device);
        engine.timeline(&channel).expect("it is known").has_older()
    };
    let mut rounds = 0;
    while has_older(bench) {
        bench.tell(device, |engine, now| engine.load_older(channel, now));
        bench.pass(1_000);
        rounds += 1;
        assert!(rounds < 40, "there is no end to it");
    }
}

#[test]
fn what_nobody_scrolled_to_is_read_without_a_connection() {
    let (mut bench, general) = with_newcomer(350);
    bench.tell(2, |engine, now| engine.keep_past(true, now));
    bench.pass(30_000);
    let progress = bench.engine(2).past_progress();
    assert_eq!(progress.kept, progress.all);
    assert!(progress.all > 350);
    assert!(
        bench.shown(2, general).len() <= 100,
        "it stays out of memory"
    );

    bench.unplug(2);
    scroll_up(&mut bench, 2, general);
    assert_eq!(bench.shown(2, general), numbers(0..350));
    assert_eq!(
        bench.engine(2).timeline(&general).unwrap().marks().count(),
        0
    );

    bench.kill(2);
    bench.start(2);
    scroll_up(&mut bench, 2, general);
    assert_eq!(bench.shown(2, general), numbers(0..350));
}

#[test]
fn the_past_is_not_fetched_unless_somebody_wants_it() {
    let (mut bench, _) = with_newcomer(250);
    bench.pass(60_000);
    assert_eq!(asked(&bench, 2), 0);
}

#[test]
fn it_comes_gently_and_one_page_at_a_time() {
    let (mut bench, _) = with_newcomer(350);
    bench.tell(2, |engine, now| engine.keep_past(true, now));
    bench.pass(4_999);
    assert_eq!(asked(&bench, 2), 0, "others come first");
    bench.pass(1);
    assert_eq!(asked(&bench, 2), 1);
    bench.pass(499);
    assert_eq!(asked(&bench, 2), 1);
    bench.pass(1);
    assert_eq!(asked(&bench, 2), 2);
}

#[test]
fn a_hole_in_the_store_is_filled_by_the_relay() {
    let (mut bench, general) = with_newcomer(350);
    bench.tell(2, |engine, now| engine.keep_past(true, now));
    bench.pass(30_000);
    let keys: Vec<_> = bench.devices[2].disk.keys().cloned().collect();
    let items = keys.iter().filter(|(table, _)| *table == Table::Items);
    for key in items.skip(150).take(20) {
        bench.devices[2].disk.remove(key);
    }
    scroll_up(&mut bench, 2, general);
    assert_eq!(bench.shown(2, general), numbers(0..350));
}

#[test]
fn a_message_deleted_meanwhile_is_not_shown_out_of_the_store() {
    let (mut bench, general) = with_newcomer(250);
    bench.tell(2, |engine, now| engine.keep_past(true, now));
    bench.pass(30_000);
    scroll_up(&mut bench, 1, general);
    let target = bench.items(1, general)[7].target();
    bench
        .tell(1, |engine, now| engine.delete(general, target, now))
        .expect("it is one's own");
    bench.pass(5_000);
    scroll_up(&mut bench, 2, general);
    let me = bench.engine(2).me();
    let timeline = bench.engine(2).timeline(&general).unwrap();
    let item = timeline.find(target).expect("its place is kept");
    assert!(timeline.summary(item, me).deleted.is_some());
}

#[test]
fn what_is_taken_out_for_room_comes_again_when_it_is_wanted() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for number in numbers(0..700) {
        bench.write(1, general, &number);
    }
    let before = stored(&bench, 0);
    assert!(before > 700, "what was received stays in the store");
    bench.tell(0, |engine, now| engine.drop_past(150, now));
    assert_eq!(stored(&bench, 0), before - 150);
    bench.tell(0, |engine, now| engine.drop_past(10_000, now));
    assert_eq!(stored(&bench, 0), 500, "the newest stay");
    bench.kill(0);
    bench.start(0);
    scroll_up(&mut bench, 0, general);
    assert_eq!(bench.shown(0, general), numbers(0..700));
}

#[test]
fn memory_is_let_go_of_and_what_was_done_with_messages_comes_back_with_them() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for number in numbers(0..300) {
        bench.write(1, general, &number);
    }
    let target: Target = bench.items(1, general)[5].target();
    bench
        .tell(0, |engine, now| {
            engine.react(general, target, "👍".to_owned(), true, now)
        })
        .expect("it is an emoji");
    bench.pass(1_000);
    bench.tell(0, |engine, now| engine.release_past(general, 50, now));
    let shown = bench.shown(0, general);
    assert!(shown.len() < 50);
    assert_eq!(shown.last().unwrap(), "299");
    let sent = asked(&bench, 0);
    scroll_up(&mut bench, 0, general);
    assert_eq!(bench.shown(0, general), numbers(0..300));
    assert_eq!(asked(&bench, 0), sent, "the relay is not asked for it");
    let timeline = bench.engine(0).timeline(&general).unwrap();
    let item = timeline.find(target).expect("it is back");
    let summary = timeline.summary(item, bench.engine(0).me());
    assert_eq!(summary.reactions.len(), 1);
    assert_eq!(timeline.marks().count(), 0);
}

#[test]
fn messages_that_disappear_are_not_kept_where_nobody_takes_them_out() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    expire(&mut bench, general, Some(3_600));
    for number in numbers(0..250) {
        bench.write(1, general, &format!("secret {number}"));
    }
    let cyd = bench.welcome("cyd");
    bench.tell(cyd, |engine, now| engine.keep_past(true, now));
    bench.pass(30_000);
    bench.kill(cyd);
    bench.pass(3_600_000);
    bench.start(cyd);
    bench.pass(10_000);
    let disk = bench.devices[cyd].disk.values();
    let texts = disk.filter(|value| String::from_utf8_lossy(value).contains("secret"));
    assert_eq!(texts.count(), 0);
}

#[test]
fn what_was_written_before_ones_time_is_not_fetched() {
    let mut bench = Bench::of_two();
    let channel = bench.make_channel(Readers::Everyone, History::SinceJoined);
    for number in numbers(0..450) {
        bench.write(1, channel, &number);
    }
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    bench.tell(cyd, |engine, now| engine.keep_past(true, now));
    bench.pass(60_000);
    assert!(asked(&bench, cyd) <= 1);
    let progress = bench.engine(cyd).past_progress();
    assert_eq!(progress.kept, progress.all);
}

#[test]
fn a_relay_that_gives_something_else_is_not_asked_again_and_again() {
    let (mut bench, _) = with_newcomer(350);
    bench.devices[2].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Response {
            id,
            response: Response::Page(mut page),
        } => {
            page.items.reverse();
            vec![RelayToClient::Response {
                id,
                response: Response::Page(page),
            }]
        }
        frame => vec![frame],
    }));
    bench.tell(2, |engine, now| engine.keep_past(true, now));
    bench.pass(10 * 60_000);
    assert!(asked(&bench, 2) <= 11);
}

#[test]
fn a_pin_is_known_however_far_back_it_is() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "the rules");
    let target = bench.items(1, general)[0].target();
    // Not by a member without the right.
    let refused = bench.tell(1, |engine, now| engine.pin(general, target, true, now));
    assert!(refused.is_err());
    bench
        .tell(0, |engine, now| engine.pin(general, target, true, now))
        .expect("by right");
    for number in numbers(0..620) {
        bench.write(1, general, &number);
    }
    bench.kill(1);
    bench.start(1);
    assert_eq!(bench.engine(1).pins(&general), [target]);
    assert!(bench.items(1, general).len() < 500, "it is not in memory");

    let cyd = bench.welcome("cyd");
    bench.tell(cyd, |engine, now| engine.keep_past(true, now));
    assert!(bench.engine(cyd).pins(&general).is_empty());
    bench.pass(60_000);
    assert_eq!(bench.engine(cyd).pins(&general), [target]);
    bench
        .tell(0, |engine, now| engine.pin(general, target, false, now))
        .expect("by right");
    bench.pass(1_000);
    for device in [0, 1, cyd] {
        assert!(bench.engine(device).pins(&general).is_empty());
    }
}

#[test]
fn the_text_of_what_was_deleted_is_on_nobodys_disk() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "a slip of the tongue");
    bench.write(1, general, "harmless");
    let target = bench.items(1, general)[0].target();
    bench
        .tell(1, |engine, now| {
            engine.edit(general, target, "a slip, mended".to_owned(), now)
        })
        .expect("it is one's own");
    bench.pass(1_000);
    let holds = |bench: &Bench, device: usize, text: &str| {
        let mut disk = bench.devices[device].disk.values();
        disk.any(|value| String::from_utf8_lossy(value).contains(text))
    };
    assert!(holds(&bench, 0, "a slip of the tongue") && holds(&bench, 0, "mended"));
    bench
        .tell(1, |engine, now| engine.delete(general, target, now))
        .expect("it is one's own");
    bench.pass(10_000);
    for device in [0, 1] {
        assert!(!holds(&bench, device, "a slip of the tongue"));
        assert!(!holds(&bench, device, "mended"));
        assert!(holds(&bench, device, "harmless"));
        bench.kill(device);
        bench.start(device);
        let timeline = bench.engine(device).timeline(&general).unwrap();
        assert_eq!(timeline.marks().count(), 0);
    }
}
