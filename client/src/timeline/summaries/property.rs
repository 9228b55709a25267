//! Random channels, received in random order, with holes that heal, and looked at in between: what comes out is what a
//! reader in order gets.

use proptest::prelude::*;

use super::tests::{ADA, ME, item, poll};
use super::*;
use crate::timeline::Unreadable;
use crate::timeline::relations::{Act, Relation};

const PEOPLE: u8 = 4;
/// Places that are named but hold nothing, too.
const LENGTH: u64 = 40;

fn act() -> impl Strategy<Value = Act> {
    let emoji = prop_oneof![Just("👍"), Just("🎉"), Just(":party:")];
    prop_oneof![
        3 => "[a-c]{1,3}".prop_map(Act::Edit),
        4 => emoji.clone().prop_map(|it| Act::React(it.to_owned())),
        3 => emoji.prop_map(|it| Act::Unreact(it.to_owned())),
        1 => Just(Act::Delete),
        2 => Just(Act::Pin),
        1 => Just(Act::Unpin),
        4 => proptest::collection::btree_set(0..4_u8, 0..3).prop_map(|it| Act::Vote(it.into_iter().collect())),
        1 => Just(Act::ClosePoll),
    ]
}

/// An item without the messages that it names: these by their sequence numbers.
fn piece() -> impl Strategy<Value = (u8, Body, Option<u64>, bool)> {
    let thread = proptest::option::weighted(0.4, 1..=LENGTH);
    let body = prop_oneof![
        3 => (Just(Body::text("first")), thread.clone()),
        1 => (any::<bool>().prop_map(poll), thread),
        8 => (act(), 1..=LENGTH).prop_map(|(act, to)| {
            let to = item(to, ADA, Body::Void).target();
            (Body::Relation(Relation { to, act }), Some(to_seq(to)))
        }),
        1 => (Just(Body::Void), Just(None)),
    ];
    (1..=PEOPLE, body, any::<bool>())
        .prop_map(|(person, (body, names), right)| (person, body, names, right))
}

fn to_seq(target: Target) -> u64 {
    let mut seq = [0; 8];
    seq.copy_from_slice(&target.id.as_bytes()[..8]);
    u64::from_be_bytes(seq)
}

fn channel() -> impl Strategy<Value = Vec<TimelineItem>> {
    proptest::collection::vec(piece(), 1..=usize::try_from(LENGTH).unwrap()).prop_map(|pieces| {
        let authors: Vec<u8> = pieces.iter().map(|(person, ..)| *person).collect();
        let author_of = |seq: u64| {
            let place = usize::try_from(seq).unwrap() - 1;
            authors.get(place).copied().unwrap_or(ADA)
        };
        let items = (1..).zip(pieces);
        items
            .map(|(seq, (person, mut body, names, right))| {
                let named = names.map(|seq| item(seq, author_of(seq), Body::Void).target());
                match (&mut body, named) {
                    (Body::Relation(relation), Some(named)) => relation.to = named,
                    (Body::Text { thread, .. } | Body::Poll { thread, .. }, named) => {
                        *thread = named;
                    }
                    _ => {}
                }
                let mut made = item(seq, person, body);
                made.by_right = right;
                made
            })
            .collect()
    })
}

/// All that a person sees.
fn seen(timeline: &Timeline, from: u64) -> Vec<(u64, Summary)> {
    let shown = timeline.items().filter(|item| item.seq >= from);
    shown
        .map(|item| (item.seq, timeline.summary(item, ME).clone()))
        .collect()
}

fn in_order(items: &[TimelineItem]) -> Timeline {
    let mut timeline = Timeline::default();
    for item in items {
        timeline.put(item.clone());
    }
    timeline
}

proptest! {
    #[test]
    fn every_order_of_arrival_gives_the_same(
        (items, order) in channel().prop_flat_map(|items| {
            let order: Vec<usize> = (0..items.len()).collect();
            (Just(items), Just(order).prop_shuffle())
        }),
        locked in proptest::collection::vec(any::<bool>(), 40),
        dropped in proptest::collection::vec(any::<bool>(), 40),
    ) {
        let expected = in_order(&items);
        let mut timeline = Timeline::default();
        for place in &order {
            let item = &items[*place];
            if locked[*place] {
                let mut first = item.clone();
                first.body = Body::Unreadable { why: Unreadable::KeyNotHereYet };
                timeline.put(first);
            } else {
                timeline.put(item.clone());
            }
            if dropped[*place] {
                timeline.forget_at(item.seq);
            }
            // Whatever is kept for those who look must not go stale.
            let _ = seen(&timeline, 0);
        }
        for place in order {
            if locked[place] || dropped[place] {
                timeline.put(items[place].clone());
                let _ = seen(&timeline, 0);
            }
        }
        prop_assert_eq!(seen(&timeline, 0), seen(&expected, 0));
        let threads = |timeline: &Timeline| -> Vec<_> {
            timeline.items().map(|item| timeline.thread_of(item)).collect()
        };
        prop_assert_eq!(threads(&timeline), threads(&expected));
        let pinned = |timeline: &Timeline| -> Vec<u64> {
            timeline.pinned(ME).iter().map(|item| item.seq).collect()
        };
        prop_assert_eq!(pinned(&timeline), pinned(&expected));
    }

    #[test]
    fn who_has_only_the_end_of_a_channel_sees_the_same_of_it(items in channel(), from in 1..LENGTH) {
        let all = in_order(&items);
        let end: Vec<_> = items.iter().filter(|item| item.seq >= from).cloned().collect();
        prop_assert_eq!(seen(&in_order(&end), from), seen(&all, from));
    }

    #[test]
    fn what_comes_out_keeps_its_promises(items in channel()) {
        let timeline = in_order(&items);
        for item in timeline.items() {
            let summary = timeline.summary(item, ME);
            let by_author = |act: &Act| items.iter().any(|other| {
                matches!(&other.body, Body::Relation(it) if it.to == item.target() && it.act == *act)
                    && (other.user == item.user || other.by_right)
            });
            prop_assert!(summary.deleted.is_none() || by_author(&Act::Delete));
            prop_assert!(summary.reactions.iter().all(|it| !it.users.is_empty()));
            prop_assert!(summary.reactions.iter().all(|it| it.mine == it.users.contains(&ME.0)));
            prop_assert_eq!(summary.text.as_ref(), summary.edits.last().map(|it| &it.text));
            prop_assert!(summary.text.is_none() || by_author(&Act::Edit(summary.text.clone().unwrap())));
            let listed = timeline.thread(item.target()).count();
            prop_assert_eq!(summary.thread.map_or(0, |it| it.count), listed);
        }
    }
}
