//! What counts and what does not, one rule after the other.

use parley_protocol::ids::MessageId;

use super::*;
use crate::timeline::relations::limits::{MAX_ACTS, MAX_EDITS, MAX_EMOJI};
use crate::timeline::relations::{Act, Poll, Relation};
use parley_protocol::keys::SessionId;

pub(super) const ADA: u8 = 1;
const BOB: u8 = 2;
pub(super) const ME: (UserId, DeviceId) = (user(ADA), device(ADA));

pub(super) const fn user(person: u8) -> UserId {
    UserId::from_bytes([person; 16])
}

const fn device(person: u8) -> DeviceId {
    DeviceId::from_bytes([person; 16])
}

/// What somebody wrote at a sequence number, from their first device.
pub(super) fn item(seq: u64, person: u8, body: Body) -> TimelineItem {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&seq.to_be_bytes());
    TimelineItem {
        seq,
        id: MessageId::from_bytes(id),
        device: device(person),
        user: user(person),
        at: seq,
        body,
        session: SessionId::from_bytes([person; 32]),
        named: None,
        head_seq: 0,
        index: 0,
        is_signed: true,
        by_right: false,
        ciphertext: None,
        taken_at: None,
        gone: None,
        blobs: Vec::new(),
    }
}

fn relation(seq: u64, person: u8, to: &TimelineItem, act: Act) -> TimelineItem {
    let to = to.target();
    item(seq, person, Body::Relation(Relation { to, act }))
}

fn by_right(mut item: TimelineItem) -> TimelineItem {
    item.by_right = true;
    item
}

fn hanging_off(text: &str, root: &TimelineItem) -> Body {
    Body::Text {
        text: text.to_owned(),
        reply: None,
        thread: Some(root.target()),
        forwarded: false,
        files: Vec::new(),
    }
}

pub(super) fn poll(several: bool) -> Body {
    let poll = Poll {
        question: "When?".to_owned(),
        options: ["now", "then", "never"].map(str::to_owned).to_vec(),
        several,
    };
    Body::Poll { poll, thread: None }
}

fn react(emoji: &str) -> Act {
    Act::React(emoji.to_owned())
}

fn unreact(emoji: &str) -> Act {
    Act::Unreact(emoji.to_owned())
}

fn edit(text: &str) -> Act {
    Act::Edit(text.to_owned())
}

fn after(first: &TimelineItem, acts: impl IntoIterator<Item = TimelineItem>) -> Summary {
    let mut timeline = Timeline {
        position: 1_000_000,
        ..Timeline::default()
    };
    timeline.put(first.clone());
    for act in acts {
        timeline.put(act);
    }
    timeline.summary(first, ME).clone()
}

fn emoji(summary: &Summary) -> Vec<(&str, usize, bool)> {
    let reactions = summary.reactions.iter();
    reactions
        .map(|it| (it.emoji.as_str(), it.users.len(), it.mine))
        .collect()
}

#[test]
fn the_last_edit_of_the_author_counts_and_all_are_kept() {
    let first = item(1, ADA, Body::text("one"));
    let summary = after(
        &first,
        [
            relation(2, ADA, &first, edit("two")),
            relation(3, BOB, &first, edit("stolen")),
            by_right(relation(4, BOB, &first, edit("stolen by right"))),
            relation(5, ADA, &first, edit("three")),
        ],
    );
    assert_eq!(summary.says(&first.body), Some("three"));
    let texts: Vec<_> = summary.edits.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["two", "three"]);
}

#[test]
fn reactions_are_counted_once_for_each_member() {
    let first = item(1, ADA, Body::text("one"));
    let summary = after(
        &first,
        [
            relation(2, BOB, &first, react("👍")),
            relation(3, ADA, &first, react("👍")),
            relation(4, BOB, &first, react("👍")),
            relation(5, BOB, &first, react("🎉")),
            relation(6, ADA, &first, react("🙈")),
            relation(7, ADA, &first, unreact("🙈")),
            relation(8, ADA, &first, unreact("🐘")),
        ],
    );
    assert_eq!(emoji(&summary), [("👍", 2, true), ("🎉", 1, false)]);
}

#[test]
fn one_member_adds_no_more_than_the_limits_allow() {
    let first = item(1, ADA, Body::text("one"));
    let flood = (0..10_000_u32).map(|number| {
        let glyph = char::from_u32(0x1f300 + number % 400).unwrap();
        relation(
            u64::from(number) + 2,
            BOB,
            &first,
            react(&glyph.to_string()),
        )
    });
    let summary = after(&first, flood);
    assert_eq!(summary.reactions.len(), MAX_EMOJI);

    // Whoever toggles in a loop stops counting; the others do not, and a deletion always does.
    let toggles = (2..10_002_u64).map(|seq| {
        let act = if seq % 2 == 0 {
            react("👍")
        } else {
            unreact("👍")
        };
        relation(seq, BOB, &first, act)
    });
    let late = [
        relation(20_000, BOB, &first, react("🎉")),
        relation(20_001, ADA, &first, react("🙈")),
    ];
    let summary = after(&first, toggles.clone().chain(late));
    assert_eq!(emoji(&summary), [("🙈", 1, true)]);
    let deletion = by_right(relation(20_000, BOB, &first, Act::Delete));
    assert_eq!(
        after(&first, toggles.chain([deletion])).deleted,
        Some(user(BOB))
    );

    let edits = (2..10_002_u64).map(|seq| relation(seq, ADA, &first, edit(&seq.to_string())));
    let summary = after(&first, edits);
    assert_eq!(summary.edits.len(), MAX_EDITS);
    assert_eq!(summary.text, Some((u64::from(MAX_ACTS) + 1).to_string()));
}

#[test]
fn a_message_is_deleted_by_its_author_or_by_right() {
    let first = item(1, ADA, Body::text("one"));
    let acts = [
        relation(2, BOB, &first, react("👍")),
        relation(3, ADA, &first, edit("two")),
        by_right(relation(4, BOB, &first, Act::Pin)),
    ];
    let kept = after(
        &first,
        acts.clone()
            .into_iter()
            .chain([relation(5, BOB, &first, Act::Delete)]),
    );
    assert_eq!(kept.deleted, None);
    for (by, deletion) in [
        (ADA, relation(5, ADA, &first, Act::Delete)),
        (BOB, by_right(relation(5, BOB, &first, Act::Delete))),
    ] {
        let later = relation(6, ADA, &first, edit("three"));
        let gone = after(&first, acts.clone().into_iter().chain([deletion, later]));
        assert_eq!(gone.deleted, Some(user(by)));
        assert_eq!(gone.says(&first.body), None);
        let is_bare = gone.edits.is_empty() && gone.reactions.is_empty() && !gone.pinned;
        assert!(is_bare && gone.text.is_none(), "{gone:?}");
    }
}

#[test]
fn pins_need_the_right_even_of_the_author() {
    let first = item(1, ADA, Body::text("one"));
    let pin = by_right(relation(2, BOB, &first, Act::Pin));
    let unpin = relation(3, ADA, &first, Act::Unpin);
    assert!(after(&first, [pin.clone(), unpin.clone()]).pinned);
    assert!(!after(&first, [pin, by_right(unpin)]).pinned);
    assert!(!after(&first, [relation(2, ADA, &first, Act::Pin)]).pinned);
}

#[test]
fn a_poll_counts_the_last_votes_until_its_author_closes_it() {
    let first = item(1, ADA, poll(false));
    let summary = after(
        &first,
        [
            relation(2, ADA, &first, Act::Vote(vec![0])),
            relation(3, ADA, &first, Act::Vote(vec![1])),
            relation(4, BOB, &first, Act::Vote(vec![1])),
            // Too many, and one that there is not.
            relation(5, BOB, &first, Act::Vote(vec![0, 1])),
            relation(6, BOB, &first, Act::Vote(vec![3])),
            relation(7, 3, &first, Act::Vote(vec![2])),
            relation(8, 3, &first, Act::Vote(vec![])),
            relation(9, BOB, &first, Act::ClosePoll),
            relation(10, 4, &first, Act::Vote(vec![0])),
            relation(11, ADA, &first, Act::ClosePoll),
            relation(12, BOB, &first, Act::Vote(vec![0])),
            relation(13, ADA, &first, edit("not a text")),
        ],
    );
    let tally = summary.poll.as_ref().unwrap();
    let votes: Vec<_> = tally
        .choices
        .iter()
        .map(|it| (it.users.len(), it.mine))
        .collect();
    assert_eq!(votes, [(1, false), (2, true), (0, false)]);
    assert_eq!((tally.voters, tally.closed), (3, true));
    assert_eq!(summary.says(&first.body), Some("When?"));

    let several = item(1, ADA, poll(true));
    let summary = after(
        &several,
        [relation(2, BOB, &several, Act::Vote(vec![0, 2]))],
    );
    assert_eq!(summary.poll.unwrap().voters, 1);
    let text = item(1, ADA, Body::text("one"));
    let votes = [relation(2, BOB, &text, Act::Vote(vec![0]))];
    assert_eq!(after(&text, votes).poll, None);
}

#[test]
fn a_poll_without_votes_has_a_tally() {
    let first = item(1, ADA, poll(false));
    assert_eq!(after(&first, []).poll.unwrap().choices.len(), 3);
}

#[test]
fn threads_hang_off_what_stands_in_the_channel_itself() {
    let root = item(1, ADA, Body::text("root"));
    let one = item(2, BOB, hanging_off("one", &root));
    let two = item(3, ADA, hanging_off("two", &root));
    let nested = item(4, BOB, hanging_off("nested", &one));
    let act = relation(5, BOB, &root, react("👍"));
    let off_act = item(6, BOB, hanging_off("off a reaction", &act));
    let mut itself = item(7, BOB, Body::text(""));
    itself.body = hanging_off("off itself", &itself);
    let later = item(9, BOB, Body::text("later"));
    let off_later = item(8, BOB, hanging_off("off what comes later", &later));
    let mut timeline = Timeline::default();
    let all = [
        &root, &one, &two, &nested, &act, &off_act, &itself, &later, &off_later,
    ];
    for item in all {
        timeline.put(item.clone());
    }
    let thread = timeline.summary(&root, ME).thread.unwrap();
    assert_eq!((thread.count, thread.last_seq), (2, 3));
    let texts = timeline.thread(root.target()).map(|it| it.seq);
    assert_eq!(texts.collect::<Vec<_>>(), [2, 3]);
    let roots = timeline.threads(ME).map(|(root, it)| (root.seq, it.count));
    assert_eq!(roots.collect::<Vec<_>>(), [(1, 2)]);
    for item in all.into_iter().filter(|it| ![2, 3].contains(&it.seq)) {
        assert_eq!(timeline.thread_of(item), None, "{item:?}");
    }
    for item in all.into_iter().filter(|it| it.seq != 1) {
        assert_eq!(timeline.summary(item, ME).thread, None, "{item:?}");
    }
}

#[test]
fn chains_and_what_came_before_its_message_count_nothing() {
    let first = item(5, ADA, Body::text("one"));
    let change = relation(6, ADA, &first, edit("two"));
    let summary = after(
        &first,
        [
            change.clone(),
            relation(7, ADA, &change, edit("an edit of an edit")),
            relation(8, BOB, &change, react("👍")),
            relation(3, BOB, &first, react("🎉")),
            by_right(relation(4, BOB, &first, Act::Delete)),
        ],
    );
    assert_eq!(summary.says(&first.body), Some("two"));
    assert!(summary.reactions.is_empty() && summary.deleted.is_none());
    assert_eq!(
        *Timeline::default().summary(&change, ME),
        Summary::default()
    );
}

#[test]
fn what_is_not_read_has_no_summary_until_it_is() {
    let first = item(1, ADA, Body::text("one"));
    let mut locked = first.clone();
    locked.body = Body::Unreadable {
        why: super::super::Unreadable::KeyNotHereYet,
    };
    let mut timeline = Timeline::default();
    timeline.put(locked.clone());
    timeline.put(relation(2, BOB, &first, react("👍")));
    assert_eq!(*timeline.summary(&locked, ME), Summary::default());
    timeline.put(first.clone());
    assert_eq!(emoji(timeline.summary(&first, ME)), [("👍", 1, false)]);
}

#[test]
fn printing_tells_nothing_of_what_was_written() {
    let first = item(1, ADA, Body::text("secret"));
    let acts = [
        relation(2, ADA, &first, edit("secret")),
        relation(3, ADA, &first, react(":secret:")),
    ];
    let summary = after(&first, acts.clone());
    let printed = format!("{summary:?} {first:?} {acts:?} {:?}", poll(false));
    assert!(
        !printed.contains("secret") && !printed.contains("When"),
        "{printed}"
    );
}
