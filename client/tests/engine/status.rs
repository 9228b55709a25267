//! What members say of themselves: seen by everybody, by nobody at the relay, and only from whom it is.

use parley_client::Engine;
use parley_client::engine::{StatusError, board};
use parley_client::status::{Status, StatusFault};
use parley_client::store::Table;
use parley_protocol::channel::ItemContent;
use parley_protocol::entry::{Action, ChannelDetails, History, Readers};
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::{ChannelId, UserId};

use super::bench::Bench;

const HOUR: u64 = 60 * 60 * 1_000;

fn status(text: &str) -> Status {
    Status {
        text: text.to_owned(),
        ..Status::default()
    }
}

fn set(bench: &mut Bench, device: usize, status: Status) -> Result<(), StatusError> {
    let set = bench.tell(device, |engine: &mut Engine, now| {
        engine.set_status(status, now)
    });
    bench.pass(1_000);
    set
}

/// What a device shows of a member.
fn shown(bench: &Bench, device: usize, user: UserId) -> Option<String> {
    let status = bench.engine(device).status(&user, bench.now)?;
    let emoji = status.emoji.clone().unwrap_or_default();
    Some(format!("{emoji}{}", status.text))
}

fn records(bench: &Bench, device: usize) -> usize {
    let keys = bench.devices[device].disk.keys();
    keys.filter(|(table, key)| *table == Table::State && key.starts_with("status/"))
        .count()
}

fn change(bench: &mut Bench, channel: ChannelId, act: impl FnOnce(&mut ChannelDetails)) {
    let known = &bench.engine(0).community().channels()[&channel];
    let mut details = known.details.clone();
    act(&mut details);
    bench.append(
        0,
        Action::ChannelChanged {
            channel,
            details,
            opens_past: false,
        },
    );
}

#[test]
fn everybody_sees_the_newest_status() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let ben = bench.devices[1].user;
    let palm = Status {
        emoji: Some("🌴".to_owned()),
        ..status("on holiday")
    };
    set(&mut bench, 1, status("busy")).expect("it is set");
    set(&mut bench, 1, palm).expect("it is set");
    for device in [0, 1] {
        assert_eq!(shown(&bench, device, ben).as_deref(), Some("🌴on holiday"));
        let timeline = bench.engine(device).timeline(&general).expect("known");
        assert_eq!(timeline.items().count(), 0, "it is no line");
    }
    for device in [0, 1] {
        bench.kill(device);
        bench.start(device);
        assert_eq!(shown(&bench, device, ben).as_deref(), Some("🌴on holiday"));
    }
    // One who comes later sees it too.
    let late = bench.welcome("cleo");
    bench.pass(20_000);
    assert_eq!(shown(&bench, late, ben).as_deref(), Some("🌴on holiday"));
    set(&mut bench, 1, Status::default()).expect("it is set");
    for device in [0, 1, late] {
        assert_eq!(shown(&bench, device, ben), None);
    }
}

#[test]
fn a_status_shows_before_there_is_a_connection() {
    let mut bench = Bench::of_two();
    let ben = bench.devices[1].user;
    bench.unplug(1);
    set(&mut bench, 1, status("one")).expect("it is set");
    set(&mut bench, 1, status("two")).expect("it is set");
    assert_eq!(shown(&bench, 1, ben).as_deref(), Some("two"));
    assert_eq!(bench.outbox(1, bench.general()).len(), 1, "only the last");
    bench.plug(1);
    bench.pass(60_000);
    assert_eq!(shown(&bench, 0, ben).as_deref(), Some("two"));
}

#[test]
fn a_status_ends_by_itself() {
    let mut bench = Bench::of_two();
    let ben = bench.devices[1].user;
    let until = Some(bench.now + HOUR);
    let lunch = Status {
        until,
        ..status("lunch")
    };
    set(&mut bench, 1, lunch).expect("it is set");
    assert_eq!(shown(&bench, 0, ben).as_deref(), Some("lunch"));
    bench.pass(HOUR / 2);
    assert_eq!(shown(&bench, 0, ben).as_deref(), Some("lunch"));
    bench.devices[0].events.clear();
    bench.pass(HOUR / 2 + 1_000);
    assert_eq!(shown(&bench, 0, ben), None);
    let told = &bench.devices[0].events;
    assert!(told.contains(&parley_client::Event::Presence));
}

#[test]
fn what_is_no_status_is_refused_and_counts_nothing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let ben = bench.devices[1].user;
    set(&mut bench, 1, status("true")).expect("it is set");
    let long = status(&"a".repeat(101));
    let refused = set(&mut bench, 1, long.clone());
    assert_eq!(refused, Err(StatusError::Fault(StatusFault::TooLong)));
    // A program that does not care.
    let order = "00000000000001000000";
    let record = serde_json::json!({
        "id": parley_protocol::ids::MessageId::from_bytes([9; 16]),
        "channel": general,
        "body": { "status": long },
        "at": bench.now,
        "state": "waiting",
        "order": 1_000_000,
        "encrypted": null,
        "refused": [],
    });
    bench.kill(1);
    let key = (Table::Outbox, order.to_owned());
    bench.devices[1]
        .disk
        .insert(key, record.to_string().into_bytes());
    bench.start(1);
    bench.pass(60_000);
    assert_eq!(bench.outbox(1, general), []);
    assert_eq!(shown(&bench, 0, ben).as_deref(), Some("true"));
}

#[test]
fn a_status_that_the_relay_calls_somebody_elses_is_nobodys() {
    let mut bench = Bench::of_two();
    let (ada, ben) = (bench.devices[0].user, bench.devices[1].user);
    let watcher = bench.welcome("cleo");
    let ada_device = bench.devices[0].id();
    bench.devices[watcher].tamper = Some(Box::new(move |frame| {
        let RelayToClient::Items(mut page) = frame else {
            return vec![frame];
        };
        for item in &mut page.items {
            if let ItemContent::Message(_) = item.content {
                item.author = ada_device;
            }
        }
        vec![RelayToClient::Items(page)]
    }));
    set(&mut bench, 1, status("I am the owner")).expect("it is set");
    assert_eq!(shown(&bench, watcher, ada), None);
    assert_eq!(shown(&bench, watcher, ben), None);
    assert_eq!(records(&bench, watcher), 0);
}

#[test]
fn who_was_removed_says_nothing_any_more() {
    let mut bench = Bench::of_two();
    let ben = bench.devices[1].user;
    set(&mut bench, 1, status("here")).expect("it is set");
    bench.append(0, Action::MemberRemoved { user: ben });
    assert_eq!(shown(&bench, 0, ben), None);
    let after = set(&mut bench, 1, status("still here"));
    assert_eq!(after, Err(StatusError::NoBoard));
}

#[test]
fn a_deleted_status_is_gone() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let ben = bench.devices[1].user;
    set(&mut bench, 1, status("something bad")).expect("it is set");
    let timeline = bench.engine(0).timeline(&general).expect("known");
    let seq = timeline.all_items().last().expect("an item").seq;
    bench
        .tell(0, |engine: &mut Engine, now| {
            engine.redact(general, seq, now)
        })
        .expect("the owner may");
    bench.pass(5_000);
    for device in [0, 1] {
        // Readers who are connected hear of it when they see the channel anew.
        bench.kill(device);
        bench.start(device);
    }
    let late = bench.welcome("cleo");
    bench.pass(20_000);
    assert_eq!(shown(&bench, late, ben), None);
    assert_eq!(shown(&bench, 0, ben), None);
    assert_eq!(records(&bench, 0), 0);
}

#[test]
fn a_flood_of_statuses_leaves_one() {
    let mut bench = Bench::of_two();
    let ben = bench.devices[1].user;
    for number in 0..700 {
        let now = bench.now;
        let engine = bench.devices[1].engine.as_mut().expect("it is on");
        engine
            .set_status(status(&format!("number {number}")), now)
            .expect("it is set");
        bench.pass(1_000);
    }
    assert_eq!(shown(&bench, 0, ben).as_deref(), Some("number 699"));
    assert_eq!(records(&bench, 0), 1);
    bench.kill(0);
    bench.start(0);
    assert_eq!(shown(&bench, 0, ben).as_deref(), Some("number 699"));
}

#[test]
fn without_a_channel_for_everybody_there_are_no_statuses() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let ben = bench.devices[1].user;
    set(&mut bench, 1, status("here")).expect("it is set");
    let other = bench.make_channel(Readers::Everyone, History::Shared);
    assert_eq!(board(bench.engine(0).community(), &ben), Some(general));

    change(&mut bench, general, |details| {
        details.expires_after = Some(3_600);
    });
    assert_eq!(board(bench.engine(0).community(), &ben), Some(other));
    assert_eq!(shown(&bench, 0, ben), None, "it stood elsewhere");
    set(&mut bench, 1, status("moved")).expect("it is set");
    assert_eq!(shown(&bench, 0, ben).as_deref(), Some("moved"));

    change(&mut bench, other, |details| {
        details.history = History::SinceJoined;
    });
    let refused = set(&mut bench, 1, status("nowhere"));
    assert_eq!(refused, Err(StatusError::NoBoard));
    assert_eq!(shown(&bench, 0, ben), None);
}
