//! A member whose program writes what no client writes: it goes into the channel, and does nothing there.

use parley_client::store::Table;
use parley_client::timeline::{Body, Unreadable};
use parley_protocol::entry::{History, Readers};
use parley_protocol::ids::{ChannelId, MessageId};
use serde_json::{Value, json};

use super::{Bench, agreed, react, say, scroll_up};

/// Puts bodies into a device's outbox past all checks. Their ids begin at `first`.
pub(in crate::engine) fn forge(
    bench: &mut Bench,
    device: usize,
    channel: ChannelId,
    first: u8,
    bodies: Vec<Value>,
) {
    bench.kill(device);
    for (number, body) in (0_u64..).zip(bodies) {
        let mut id = [first; 16];
        id[8..].copy_from_slice(&number.to_be_bytes());
        let order = 1_000_000 + u64::from(first) * 1_000 + number;
        let record = json!({
            "id": MessageId::from_bytes(id),
            "channel": channel,
            "body": body,
            "at": bench.now,
            "state": "waiting",
            "order": order,
            "encrypted": null,
            "refused": [],
        });
        let key = (Table::Outbox, format!("{order:020}"));
        bench.devices[device]
            .disk
            .insert(key, record.to_string().into_bytes());
    }
    bench.start(device);
    bench.pass(120_000);
    assert_eq!(bench.outbox(device, channel), []);
}

fn relation(to: impl serde::Serialize, act: Value) -> Value {
    json!({ "relation": { "to": to, "act": act } })
}

#[test]
fn what_one_may_not_do_does_nothing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let other = bench.make_channel(Readers::Everyone, History::Shared);
    let elsewhere = say(&mut bench, 1, other, "elsewhere");
    let of_ada = say(&mut bench, 0, general, "one");
    let of_bob = say(&mut bench, 1, general, "two");
    let before = agreed(&bench, &[0, 1], general);
    forge(
        &mut bench,
        1,
        general,
        1,
        vec![
            relation(of_ada, json!({ "edit": "stolen" })),
            relation(of_ada, json!("delete")),
            relation(of_ada, json!("pin")),
            relation(of_ada, json!({ "vote": [0] })),
            relation(of_ada, json!("close_poll")),
            relation(of_bob, json!("pin")),
            relation(of_bob, json!({ "edit": "" })),
            relation(of_bob, json!({ "edit": "x".repeat(40_000) })),
            relation(of_ada, json!({ "react": "a whole line of text" })),
            relation(of_ada, json!({ "react": "\u{202e}👍" })),
            relation(of_ada, json!({ "vote": (0..200).collect::<Vec<u8>>() })),
            relation(elsewhere, json!({ "edit": "from another channel" })),
            relation(elsewhere, json!({ "react": "👍" })),
        ],
    );
    assert_eq!(agreed(&bench, &[0, 1], general), before);
    let untouched = agreed(&bench, &[0, 1], other);
    assert!(untouched[0].edits.is_empty() && untouched[0].reactions.is_empty());
    assert_eq!(bench.marks(0, general), []);
}

#[test]
fn chains_of_relations_and_threads_do_nothing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let root = say(&mut bench, 0, general, "root");
    let device = bench.devices[1].id();
    let own = |number: u64| {
        let mut id = [2; 16];
        id[8..].copy_from_slice(&number.to_be_bytes());
        json!({ "device": device, "id": MessageId::from_bytes(id) })
    };
    let text = |thread: Value| json!({ "text": { "text": "x", "thread": thread } });
    forge(
        &mut bench,
        1,
        general,
        2,
        vec![
            relation(root, json!({ "react": "👍" })),
            relation(own(0), json!({ "react": "👍" })),
            relation(own(2), json!({ "edit": "of itself" })),
            relation(own(4), json!({ "edit": "of what comes later" })),
            text(own(4)),
            text(own(6)),
            text(own(5)),
            text(own(0)),
        ],
    );
    let sees = agreed(&bench, &[0, 1], general);
    assert_eq!(sees[0].reactions.len(), 1);
    for message in &sees[1..] {
        assert_eq!(message.says.as_deref(), Some("x"));
        assert!(message.thread.is_none() && message.reactions.is_empty());
        let off_later = message.seq == sees[2].seq;
        assert!(!message.is_in_thread || off_later, "{message:?}");
    }
}

#[test]
fn a_poll_beyond_the_limits_is_a_line_that_says_so() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    say(&mut bench, 0, general, "one");
    let poll = |options: Vec<String>| {
        json!({ "poll": { "poll": {
            "question": "?", "options": options, "several": true,
        } } })
    };
    let many = (0..10_000).map(|it| (it % 10).to_string()).collect();
    let bodies = vec![poll(many), poll(vec!["x".repeat(9_000), "y".to_owned()])];
    forge(&mut bench, 1, general, 3, bodies);
    for device in [0, 1] {
        let why = Unreadable::Damaged;
        assert_eq!(bench.reasons(device, general), [why; 2]);
    }
}

#[test]
fn a_flood_of_reactions_hides_nothing_and_is_no_line() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let first = say(&mut bench, 0, general, "one");
    let flood = (0..700_u32).map(|number| {
        let glyph = char::from_u32(0x1f300 + number).expect("a character");
        relation(first, json!({ "react": glyph.to_string() }))
    });
    forge(&mut bench, 1, general, 4, flood.collect());
    // What is stored is all reactions. Once is enough: a page of which nothing shows is followed by the next.
    bench.kill(0);
    bench.start(0);
    assert_eq!(bench.shown(0, general), Vec::<String>::new());
    bench.tell(0, |engine, now| engine.load_older(general, now));
    bench.pass(20_000);
    assert_eq!(bench.shown(0, general), ["one"]);
    let cyd = bench.welcome("cyd");
    bench.pass(20_000);
    scroll_up(&mut bench, cyd, general);
    let sees = agreed(&bench, &[0, 1, cyd], general);
    assert_eq!(sees.len(), 1);
    assert_eq!(sees[0].reactions.len(), 20);
    let (shown, _) = sees[0].reactions[0].clone();
    react(&mut bench, cyd, general, first, &shown, true).unwrap();
    let too_many = react(&mut bench, cyd, general, first, "🐘", true);
    assert_eq!(
        too_many,
        Err(parley_client::engine::RelationError::TooManyEmoji)
    );
}

#[test]
fn whoever_did_too_much_with_a_message_is_told() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let first = say(&mut bench, 0, general, "one");
    let toggles = (0..510).map(|number| {
        let act = if number % 2 == 0 { "react" } else { "unreact" };
        relation(first, json!({ act: "👍" }))
    });
    forge(&mut bench, 1, general, 5, toggles.collect());
    let again = react(&mut bench, 1, general, first, "🎉", true);
    assert_eq!(again, Err(parley_client::engine::RelationError::TooMany));
    react(&mut bench, 0, general, first, "🎉", true).unwrap();
    assert_eq!(agreed(&bench, &[0, 1], general)[0].reactions.len(), 1);
}

#[test]
fn a_relation_is_no_message_of_an_older_program_only() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let first = say(&mut bench, 0, general, "one");
    react(&mut bench, 1, general, first, "👍", true).unwrap();
    let timeline = bench.engine(0).timeline(&general).unwrap();
    assert_eq!(timeline.items().count(), 1);
    let mut all = timeline.all_items().map(|item| &item.body);
    assert!(all.any(|body| matches!(body, Body::Relation(_))));
    assert_eq!(
        timeline.position(),
        timeline.all_items().last().unwrap().seq
    );
}
