//! A member whose devices are all gone, and what a vault brings back.

mod noticing;
mod values;
mod writing;

use parley_protocol::ids::DeviceId;
use parley_protocol::vault::StoredSegment;
use parley_relay::config::MailboxTerms;
use parley_relay::local::LocalOptions;

use super::bench::Bench;

const DAY: u64 = 86_400_000;

/// Two members who wrote to one another. Device 0 is the owner's, device 1 the other's.
pub(super) fn talked() -> Bench {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "from one");
    bench.write(1, general, "from two");
    bench.pass(60_000);
    bench
}

/// Everybody's machines are off.
pub(super) fn all_off(bench: &mut Bench) {
    for index in 0..bench.devices.len() {
        bench.kill(index);
    }
}

#[test]
fn with_the_password_alone_everything_comes_back() {
    let mut bench = talked();
    let general = bench.general();
    let last = bench.items(0, general)[1].seq;
    bench.tell(0, |engine, now| {
        engine.mark_read(general, last, now);
        engine
            .set_account_data("settings/theme", "dark", now)
            .unwrap();
    });
    bench.pass(60_000);
    all_off(&mut bench);

    let new = bench.another_device_of(0);
    bench.pass(5_000);
    assert_eq!(
        bench.shown(new, general),
        ["[KeyNotHereYet]", "[KeyNotHereYet]"],
        "nobody is there to ask"
    );
    let restored = bench.restore_vault(new);
    assert_eq!(restored.problems, []);
    assert_eq!(bench.shown(new, general), ["from one", "from two"]);
    let engine = bench.engine(new);
    assert_eq!(engine.account_data("settings/theme"), Some("dark"));
    assert_eq!(engine.timeline(&general).unwrap().read_up_to(), last);
}

#[test]
fn a_device_that_was_away_too_long_reads_what_the_mailbox_dropped_from_the_vault() {
    const HOUR: u64 = 3_600_000;
    let mut bench = Bench::of_two_with(LocalOptions {
        mailbox: MailboxTerms {
            lasts: Some(HOUR),
            ..MailboxTerms::WIDEST
        },
        ..LocalOptions::default()
    });
    let general = bench.general();
    let away = bench.another_device_of(0);
    bench.pass(60_000);
    bench.restore_vault(away);
    bench.kill(away);
    bench.write(1, general, "while it was away");
    bench.pass(60_000);
    bench.kill(0);
    bench.pass(3 * HOUR);
    bench.write(1, general, "a moment ago");
    bench.pass(60_000);
    all_off(&mut bench);

    bench.start(away);
    bench.pass(5_000);
    assert_eq!(
        bench.shown(away, general),
        ["[KeyNotHereYet]", "[KeyNotHereYet]"],
        "the key waited too long, and nobody is there to ask"
    );
    assert_eq!(
        bench.alerts(away),
        [],
        "a gap in the mailbox is no loss of the relay's"
    );
    bench.sign_in_again(away);
    bench.restore_vault(away);
    assert_eq!(
        bench.shown(away, general),
        ["while it was away", "a moment ago"]
    );
}

#[test]
fn what_is_older_than_the_screen_is_found_when_it_is_wanted() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for number in 0..150 {
        bench.write(number % 2, general, &format!("{number}"));
    }
    bench.pass(60_000);
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    bench.restore_vault(new);
    bench.kill(new);
    bench.start(new);
    for _ in 0..3 {
        bench.tell(new, |engine, now| engine.load_older(general, now));
        bench.pass(2_000);
    }
    let expected: Vec<String> = (0..150).map(|number| number.to_string()).collect();
    assert_eq!(bench.shown(new, general), expected);
}

#[test]
fn a_restored_device_gives_keys_to_who_asks() {
    let mut bench = talked();
    let general = bench.general();
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    bench.restore_vault(new);
    bench.kill(new);
    bench.start(new);
    let cyd = bench.welcome_by(new, "cyd");
    bench.pass(60_000);
    assert_eq!(bench.shown(cyd, general), ["from one", "from two"]);
}

/// Without the newest segment of the chain of this device.
pub(super) fn without_newest(of: DeviceId, segments: Vec<StoredSegment>) -> Vec<StoredSegment> {
    let own = segments.iter().filter(|it| it.device == of);
    let newest = own.map(|it| it.segment.counter).max().unwrap();
    let is_newest = |it: &StoredSegment| it.device == of && it.segment.counter == newest;
    segments.into_iter().filter(|it| !is_newest(it)).collect()
}
