//! The index finds what a plain look at every message finds, whatever came in whatever order.

use std::collections::BTreeMap;

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};
use proptest::prelude::*;

use super::{Act, Document, Entry, Index, Kept, Target, What};
use crate::search::document::Has;
use crate::search::find::Wanted;
use crate::search::phrase::Phrase;
use crate::search::words::Atoms;

const PLACES: u8 = 2;

fn place(number: u8) -> ChannelId {
    ChannelId::from_bytes([number; 16])
}

fn user(number: u8) -> UserId {
    UserId::from_bytes([number; 16])
}

fn target(by: u8, id: u8) -> Target {
    Target {
        device: DeviceId::from_bytes([by; 16]),
        id: MessageId::from_bytes([id; 16]),
    }
}

fn message(at: u8, seq: u64, by: u8, id: u8, text: &str) -> Entry {
    let document = Document {
        place: place(at),
        seq,
        message: target(by, id),
        author: user(by),
        at: 1_000 + seq,
        has: Has::of_text(text),
        text: text.to_owned(),
        edited: 0,
    };
    Entry {
        place: place(at),
        seq,
        what: What::Message(document),
    }
}

fn edit(at: u8, seq: u64, by: u8, of: Target, text: &str) -> Entry {
    let text = text.to_owned();
    let by = user(by);
    Entry {
        place: place(at),
        seq,
        what: What::Edit { of, by, text },
    }
}

fn deletion(at: u8, seq: u64, by: u8, of: Target, by_right: bool) -> Entry {
    let by = user(by);
    Entry {
        place: place(at),
        seq,
        what: What::Deletion { of, by, by_right },
    }
}

fn wanted(words: &str) -> Wanted {
    Wanted {
        only: None,
        words: words.to_owned(),
        from: None,
        places: (0..PLACES).map(place).collect(),
        has: Has::default(),
        since: 0,
        until: Millis::MAX,
        limit: 1_000,
    }
}

/// What is found, each as it is shown.
fn found(index: &Index, wanted: &Wanted) -> Vec<String> {
    let found = index.find(wanted);
    assert_eq!(found.all, Some(found.hits.len()));
    let text = |hit: &crate::search::Hit| hit.text.iter().map(|it| it.text.as_str()).collect();
    found.hits.iter().map(text).collect()
}

fn reopened(index: &mut Index) -> Index {
    let changes = index.changes();
    let segments = index.segments.iter();
    let kept: BTreeMap<u32, Vec<u8>> = segments
        .map(|it| (it.number, it.segment.bytes().to_vec()))
        .collect();
    Index::open(Kept::read(&changes.kept).unwrap(), |number| {
        kept.get(&number).cloned()
    })
    .unwrap()
}

#[test]
fn the_newest_comes_first_and_only_from_readable_places() {
    let mut index = Index::default();
    index.put(message(0, 5, 1, 1, "apple one"));
    index.put(message(0, 7, 1, 2, "apple two"));
    index.seal();
    index.put(message(1, 6, 1, 3, "apple three"));
    assert_eq!(
        found(&index, &wanted("apple")),
        ["apple two", "apple three", "apple one"]
    );
    let mut only = wanted("apple");
    only.places = vec![place(1)];
    assert_eq!(found(&index, &only), ["apple three"]);
    only.places.clear();
    assert!(found(&index, &only).is_empty());
}

#[test]
fn filters_hold() {
    let mut index = Index::default();
    index.put(message(0, 1, 1, 1, "see https://example.org"));
    index.put(message(0, 2, 2, 2, "see what"));
    index.seal();
    let mut of_two = wanted("");
    of_two.from = Some(vec![user(2)]);
    assert_eq!(found(&index, &of_two), ["see what"]);
    let mut link = wanted("see");
    link.has = Has::LINK;
    assert_eq!(found(&index, &link), ["see https://example.org"]);
    let mut later = wanted("see");
    later.since = 1_002;
    assert_eq!(found(&index, &later), ["see what"]);
    later.since = 0;
    later.until = 1_002;
    assert_eq!(found(&index, &later), ["see https://example.org"]);
    assert!(
        found(&index, &wanted("")).is_empty(),
        "a query that asks for nothing"
    );
}

#[test]
fn an_edit_counts_before_and_after_its_message() {
    for is_late in [false, true] {
        let mut index = Index::default();
        let entries = [
            message(0, 1, 1, 1, "old words"),
            edit(0, 5, 1, target(1, 1), "new words"),
            edit(0, 3, 1, target(1, 1), "middle words"),
            edit(0, 9, 2, target(1, 1), "not theirs"),
        ];
        let order: Vec<Entry> = if is_late {
            entries.into_iter().rev().collect()
        } else {
            entries.into()
        };
        for entry in order {
            index.put(entry);
            index = reopened(&mut index);
        }
        assert_eq!(found(&index, &wanted("words")), ["new words"]);
        assert!(found(&index, &wanted("old")).is_empty());
        assert!(found(&index, &wanted("theirs")).is_empty());
        // The same message comes once more.
        index.put(message(0, 1, 1, 1, "old words"));
        assert_eq!(found(&index, &wanted("words")), ["new words"]);
    }
}

#[test]
fn what_was_deleted_is_not_found_and_leaves_no_word() {
    for is_late in [false, true] {
        let mut index = Index::default();
        let mut entries = vec![
            message(0, 1, 1, 1, "my secret"),
            message(0, 2, 2, 2, "your secret"),
            deletion(0, 3, 1, target(1, 1), false),
            deletion(0, 4, 1, target(2, 2), false),
        ];
        if is_late {
            entries.reverse();
        }
        for entry in entries {
            index.put(entry);
            index = reopened(&mut index);
        }
        assert_eq!(
            found(&index, &wanted("secret")),
            ["your secret"],
            "who may not, deletes nothing"
        );
        index.put(deletion(0, 5, 3, target(2, 2), true));
        assert!(found(&index, &wanted("secret")).is_empty());
        let changes = index.changes();
        let has_word = |bytes: &Vec<u8>| bytes.windows(6).any(|it| it == b"secret");
        assert!(!changes.put.iter().any(|(_, bytes)| has_word(bytes)));
        assert!(index.segments.is_empty(), "nothing of it is kept");
    }
}

#[test]
fn what_is_no_more_in_a_stretch_leaves() {
    let mut index = Index::default();
    for seq in 1..=9 {
        index.put(message(0, seq, 1, u8::try_from(seq).unwrap(), "word"));
        index.put(message(1, seq, 1, u8::try_from(seq).unwrap(), "word"));
        if seq == 5 {
            index.seal();
        }
    }
    index.sync(place(0), 4..=7, vec![message(0, 6, 1, 6, "word")]);
    assert_eq!(index.len(), 9 + 6);
    index.sync(place(0), 1..=100, Vec::new());
    assert_eq!(found(&index, &wanted("word")).len(), 9);
}

#[test]
fn an_ordinary_member_in_a_loop_fills_little() {
    let mut index = Index::default();
    for seq in 0..10_000 {
        let nowhere = Target {
            device: DeviceId::from_bytes([9; 16]),
            id: MessageId::from_bytes(u128::from(seq).to_be_bytes()),
        };
        index.put(edit(0, seq, 3, nowhere, &"x".repeat(1_000)));
    }
    index.put(edit(0, 10_001, 1, target(1, 1), "new"));
    index.put(message(0, 1, 1, 1, "old"));
    assert_eq!(
        found(&index, &wanted("new")),
        ["new"],
        "others still have room"
    );
    let words = |seq: u64| {
        let words = (0..1_000).map(|word| format!("w{seq}x{word}"));
        words.collect::<Vec<_>>().join(" ")
    };
    let texts: Vec<String> = (0..300).map(words).collect();
    let written: usize = texts.iter().map(String::len).sum();
    for (seq, text) in (20_000..).zip(&texts) {
        let mut entry = message(0, seq, 3, 1, text);
        if let What::Message(document) = &mut entry.what {
            document.message.id = MessageId::from_bytes(u128::from(seq).to_be_bytes());
        }
        index.put(entry);
    }
    let kept: usize = index
        .changes()
        .put
        .iter()
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert!(kept < 3 * written, "{kept} bytes for {written}");
}

#[test]
fn several_messages_may_stand_at_one_place() {
    let mut index = Index::default();
    let both = vec![
        message(0, 5, 1, 1, "one word"),
        message(0, 5, 2, 2, "other word"),
    ];
    index.sync(place(0), 5..=5, both.clone());
    assert_eq!(found(&index, &wanted("word")).len(), 2);
    let mut index = reopened(&mut index);
    index.sync(place(0), 5..=5, both[1..].to_vec());
    assert_eq!(found(&index, &wanted("word")), ["other word"]);
}

#[test]
fn small_segments_become_one() {
    let mut index = Index::default();
    for seq in 1..=40_u8 {
        index.put(message(0, seq.into(), 1, seq, "word"));
        index = reopened_keeping(index);
    }
    assert!(
        index.segments.len() <= super::MERGED,
        "{}",
        index.segments.len()
    );
    assert_eq!(found(&index, &wanted("word")).len(), 40);
}

/// What is kept stays kept, as a browser does it.
fn reopened_keeping(mut index: Index) -> Index {
    let changes = index.changes();
    let (put, delete) = (changes.put.len(), changes.delete.len());
    assert!(
        put <= 2 && delete <= super::MERGED,
        "a small change writes little"
    );
    index
}

/// What the tests do with both the index and a plain list.
#[derive(Debug, Clone)]
enum Deed {
    Write(u64, String),
    Edit(u8, u64, u64, String),
    Delete(u8, u64, u64),
    Vanish(u64),
    Seal,
    Keep,
}

fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "red",
        "Red",
        "réd",
        "redder",
        "blue",
        "don't",
        "foo-bar",
        "東京都",
        "京都",
        "ice",
        "🎉",
    ]);
    prop::collection::vec(word, 1..5).prop_map(|words| words.join(" "))
}

fn deed() -> impl Strategy<Value = Deed> {
    let seq = 1_u64..24;
    prop_oneof![
        6 => (seq.clone(), text()).prop_map(|(seq, text)| Deed::Write(seq, text)),
        3 => (0..2_u8, seq.clone(), seq.clone(), text()).prop_map(|(by, seq, of, text)| Deed::Edit(by, seq, of, text)),
        2 => (0..2_u8, seq.clone(), seq.clone()).prop_map(|(by, seq, of)| Deed::Delete(by, seq, of)),
        1 => seq.prop_map(Deed::Vanish),
        1 => Just(Deed::Seal),
        1 => Just(Deed::Keep),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Items never change their kind here: what stands at an odd number is a message, at an even one an act.
    #[test]
    fn the_index_finds_what_a_plain_look_finds(
        deeds in prop::collection::vec(deed(), 1..80),
        words in prop::sample::select(vec![
            "red", "red ", "re", "blue red", "\"red blue\"", "don't", "foo bar", "\"bar", "京都", "京", "都", "i", "🎉", "bar-red",
        ]),
    ) {
        let mut index = Index::default();
        let mut items: BTreeMap<u64, Entry> = BTreeMap::new();
        let mut vanished = Vec::new();
        for deed in deeds {
            let by_of = |seq: u64| u8::try_from(seq % 2).unwrap();
            let id_of = |seq: u64| u8::try_from(seq).unwrap();
            let of = |seq: u64| target(by_of(seq), id_of(seq));
            let entry = match deed {
                Deed::Write(seq, text) => message(0, 2 * seq + 1, by_of(seq), id_of(seq), &text),
                Deed::Edit(by, seq, to, text) => edit(0, 2 * seq, by, of(to), &text),
                Deed::Delete(by, seq, to) => deletion(0, 2 * seq, by, of(to), false),
                Deed::Vanish(seq) => {
                    let seq = 2 * seq + 1;
                    items.remove(&seq);
                    vanished.push(seq);
                    index.sync(place(0), seq..=seq, Vec::new());
                    continue;
                }
                Deed::Seal => { index.seal(); continue }
                Deed::Keep => { index = reopened(&mut index); continue }
            };
            // An item stays what it is.
            if vanished.contains(&entry.seq) {
                continue;
            }
            if let std::collections::btree_map::Entry::Vacant(slot) = items.entry(entry.seq) {
                slot.insert(entry.clone());
                index.put(entry);
            }
        }
        let found = found(&index, &wanted(words));
        let expected = plain(&items, words);
        prop_assert_eq!(found.len(), expected.len(), "{:?}\n{:?}", found, expected);
    }
}

/// The texts that fit, by reading all of them.
fn plain(items: &BTreeMap<u64, Entry>, words: &str) -> Vec<String> {
    let phrases = Phrase::read(words);
    let mut texts = Vec::new();
    for entry in items.values() {
        let What::Message(document) = &entry.what else {
            continue;
        };
        let mut text = Some(document.text.clone());
        for (seq, act) in items.range(entry.seq..) {
            match &act.what {
                What::Edit { of, by, text: new }
                    if *of == document.message && *by == document.author && *seq > entry.seq =>
                {
                    text = text.map(|_| new.clone());
                }
                What::Deletion { of, by, .. }
                    if *of == document.message && *by == document.author && *seq > entry.seq =>
                {
                    text = None;
                }
                What::Message(_) | What::Nothing | What::Edit { .. } | What::Deletion { .. } => {}
            }
        }
        let Some(text) = text else { continue };
        let atoms: Vec<_> = Atoms::of(&text).collect();
        if phrases.iter().all(|it| it.is_in(&atoms)) {
            texts.push(text);
        }
    }
    texts
}

#[test]
fn acts_that_wait_are_kept() {
    let kept = |act: &Act| matches!(act, Act::Edit { .. } | Act::Delete { .. });
    let mut index = Index::default();
    index.put(edit(0, 5, 1, target(1, 1), "new"));
    let index = reopened(&mut index);
    assert!(index.waiting.all().iter().all(|(_, act)| kept(act)));
    assert_eq!(index.waiting.all().len(), 1);
}
