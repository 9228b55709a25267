//! A member whose devices are all gone, and what a vault brings back.

use parley_client::store::Table;
use parley_client::vault::VaultProblem;
use parley_protocol::entry::Action;
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

/// The writer dies after any number of effects: what stands in the channel can be read by who has the vault.
#[test]
fn a_key_is_in_the_vault_before_its_first_message_is_in_the_channel() {
    let mut written = 0;
    for effects in 0..40 {
        let mut bench = Bench::of_two();
        let general = bench.general();
        bench.pass(60_000);
        bench.kill(1);
        bench.devices[0].effects_left = Some(effects);
        bench.write(0, general, "last words");
        bench.kill(0);
        let new = bench.another_device_of(0);
        bench.pass(5_000);
        bench.restore_vault(new);
        let shown = bench.shown(new, general);
        assert!(
            shown.iter().all(|text| text == "last words"),
            "after {effects} effects: {shown:?}"
        );
        written += shown.len();
    }
    assert!(written > 5, "it was never written");
}

/// Without the newest segment of the chain of this device.
pub(super) fn without_newest(of: DeviceId, segments: Vec<StoredSegment>) -> Vec<StoredSegment> {
    let own = segments.iter().filter(|it| it.device == of);
    let newest = own.map(|it| it.segment.counter).max().unwrap();
    let is_newest = |it: &StoredSegment| it.device == of && it.segment.counter == newest;
    segments.into_iter().filter(|it| !is_newest(it)).collect()
}

/// Until a session is spent by its age. Who stays away for so long has to sign in again.
fn a_week(bench: &mut Bench, devices: &[usize]) {
    for _ in 0..2 {
        bench.pass(4 * DAY);
        for index in devices {
            bench.unplug(*index);
            bench.plug(*index);
        }
    }
}

#[test]
fn a_shorter_vault_is_noticed_by_the_log_when_no_device_is_left() {
    let mut bench = talked();
    bench.pass(DAY + 60_000);
    let (_, device) = bench.engine(0).me();
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    let restored = bench.restore_shown(new, |segments| without_newest(device, segments));
    assert!(
        matches!(restored.problems[..], [VaultProblem::Short { .. }]),
        "{:?}",
        restored.problems
    );
}

#[test]
fn a_shorter_vault_is_noticed_by_an_own_device() {
    let mut bench = talked();
    let (_, device) = bench.engine(0).me();
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    let restored = bench.restore_shown(new, |segments| without_newest(device, segments));
    assert!(
        matches!(restored.problems[..], [VaultProblem::Short { .. }]),
        "{:?}",
        restored.problems
    );
}

#[test]
fn the_log_is_told_once_a_day_and_only_of_news() {
    let mut bench = talked();
    let noted = |bench: &Bench| {
        let (_, device) = bench.engine(0).me();
        bench.engine(0).community().devices()[&device].vault
    };
    assert_eq!(noted(&bench), None);
    bench.pass(DAY + 60_000);
    let first = noted(&bench).expect("a note");
    let entries = bench.engine(0).community().head().seq;
    bench.pass(3 * DAY);
    assert_eq!(noted(&bench), Some(first));
    assert_eq!(bench.engine(0).community().head().seq, entries);
}

#[test]
fn many_small_segments_become_few_and_nothing_is_lost() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for _ in 0..5 {
        for text in ["a", "b"] {
            bench.write(0, general, text);
        }
        a_week(&mut bench, &[0]);
    }
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    let before = bench.segments(new).len();
    let restored = bench.restore_vault(new);
    bench.tell(new, |engine, now| {
        engine.take_over_vault(&restored.archive, now);
        engine.close_vault_takeover(restored.chains.clone(), now);
    });
    bench.pass(60_000);
    let after = bench.segments(new).len();
    assert!(after < before, "{before} segments, then {after}");

    all_off(&mut bench);
    let another = bench.another_device_of(0);
    bench.pass(5_000);
    let restored = bench.restore_vault(another);
    assert_eq!(restored.problems, []);
    assert_eq!(bench.shown(another, general), ["a", "b"].repeat(5));
}

#[test]
fn a_vault_from_before_the_takeover_is_noticed() {
    let mut bench = talked();
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    let old = bench.segments(new);
    let restored = bench.restore_vault(new);
    bench.tell(new, |engine, now| {
        engine.take_over_vault(&restored.archive, now);
        engine.close_vault_takeover(restored.chains.clone(), now);
    });
    bench.pass(60_000);
    all_off(&mut bench);
    let another = bench.another_device_of(0);
    bench.pass(5_000);
    let restored = bench.restore_shown(another, |_| old);
    assert!(
        matches!(restored.problems[..], [VaultProblem::Short { .. }]),
        "{:?}",
        restored.problems
    );
}

/// A store that is older than what its device did since: from a backup of the disk.
#[test]
fn a_device_that_was_set_back_writes_on_and_loses_nothing() {
    let mut bench = talked();
    let general = bench.general();
    let old = bench.devices[0].disk.clone();
    a_week(&mut bench, &[0, 1]);
    bench.write(0, general, "later");
    bench.pass(60_000);
    bench.kill(0);
    bench.devices[0].disk = old;
    bench.start(0);
    bench.pass(60_000);
    bench.write(0, general, "after the backup");
    bench.pass(60_000);
    let shown = bench.shown(1, general);
    all_off(&mut bench);
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    bench.restore_vault(new);
    assert_eq!(bench.shown(new, general), shown);
}

#[test]
fn a_relay_that_lost_the_vault_gets_it_again() {
    let mut bench = talked();
    let general = bench.general();
    bench.kill(1);
    // It is as if the first segments had never come: the chain goes on without them.
    bench.devices[0].tamper = Some(Box::new(|frame| {
        use parley_protocol::frame::{RelayToClient, Response};
        match frame {
            RelayToClient::Response {
                id,
                response: Response::VaultAppended { .. },
            } => vec![RelayToClient::Response {
                id,
                response: Response::VaultAppended { follows: false },
            }],
            frame => vec![frame],
        }
    }));
    let before = bench.segments(0).len();
    a_week(&mut bench, &[0]);
    bench.write(0, general, "new");
    bench.pass(60_000);
    let segments = bench.segments(0);
    let after = segments.len();
    assert!(after >= before + 2, "{before} segments, then {after}");
    assert!(after < before + 10, "it does not go on for ever: {after}");
}

#[test]
fn own_devices_share_values_and_the_newest_stands() {
    let mut bench = Bench::of_two();
    let second = bench.another_device_of(0);
    bench.pass(60_000);
    let get =
        |bench: &Bench, index: usize| bench.engine(index).account_data("x").map(str::to_owned);
    bench.tell(0, |engine, now| {
        engine.set_account_data("x", "1", now).unwrap();
    });
    bench.pass(10_000);
    assert_eq!(get(&bench, second).as_deref(), Some("1"));
    bench.unplug(0);
    bench.tell(0, |engine, now| {
        engine.set_account_data("x", "2", now).unwrap();
    });
    bench.pass(10_000);
    bench.tell(second, |engine, now| {
        engine.set_account_data("x", "3", now).unwrap();
    });
    bench.pass(10_000);
    bench.plug(0);
    bench.pass(10_000);
    for index in [0, second] {
        assert_eq!(get(&bench, index).as_deref(), Some("3"));
    }
    assert_eq!(get(&bench, 1), None, "others do not hear of it");
}

#[test]
fn a_read_mark_may_be_ahead_of_what_this_device_has() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let second = bench.another_device_of(0);
    bench.pass(10_000);
    bench.write(1, general, "one");
    bench.pass(10_000);
    bench.unplug(second);
    for text in ["two", "three"] {
        bench.write(1, general, text);
    }
    let last = bench.items(0, general)[2].seq;
    bench.tell(0, |engine, now| engine.mark_read(general, last, now));
    bench.pass(10_000);
    bench.plug(second);
    bench.pass(10_000);
    let read = |bench: &Bench| {
        bench
            .engine(second)
            .timeline(&general)
            .unwrap()
            .read_up_to()
    };
    assert_eq!(read(&bench), last);
}

#[test]
fn a_removed_member_cannot_write_into_a_vault_any_more() {
    let mut bench = talked();
    let (user, _) = bench.engine(1).me();
    let before = bench.devices[1].disk.len();
    bench.tell(0, |engine, now| {
        engine.append(Action::MemberRemoved { user }, now).unwrap();
    });
    bench.pass(60_000);
    assert!(bench.devices[1].connection.is_none());
    let segments = bench.devices[1]
        .disk
        .keys()
        .filter(|(table, key)| *table == Table::Vault && key.starts_with("segment/"));
    assert_eq!(segments.count(), 0, "of {before} records");
}
