//! What stands is the same in whatever order the changes came, and never more than the limit.

use parley_protocol::ids::{ChannelId, UserId};
use proptest::prelude::*;

use super::{Book, Noted};
use crate::custom_emoji::{EmojiChange, MAX_CHANGES, MAX_STANDING};
use crate::store::{Change, Record};

const FIRST: ChannelId = ChannelId::from_bytes([9; 16]);
const SECOND: ChannelId = ChannelId::from_bytes([1; 16]);
const HIDDEN: ChannelId = ChannelId::from_bytes([2; 16]);

fn noted(by: u8, name: &str, image: Option<&str>) -> Noted {
    Noted {
        change: EmojiChange {
            name: name.to_owned(),
            image: image.map(str::to_owned),
        },
        by: UserId::from_bytes([by; 16]),
        at: 1,
    }
}

fn order(channel: &ChannelId) -> Option<u64> {
    [FIRST, SECOND]
        .iter()
        .position(|it| it == channel)
        .and_then(|at| u64::try_from(at).ok())
}

fn stand(book: &Book) -> Vec<(String, String)> {
    let all = book.standing(order).into_emoji();
    all.map(|it| (it.name.to_owned(), it.image.to_owned()))
        .collect()
}

#[test]
fn the_newest_of_a_name_stands_and_later_channels_come_later() {
    let mut book = Book::default();
    book.note((SECOND, 1), noted(1, "b", Some("new")));
    book.note((HIDDEN, 1), noted(1, "c", Some("hidden")));
    book.note((FIRST, 7), noted(1, "a", None));
    book.note((FIRST, 9), noted(1, "b", Some("old")));
    book.note((FIRST, 3), noted(1, "a", Some("one")));
    assert_eq!(stand(&book), [("b".to_owned(), "new".to_owned())]);
    book.forget((FIRST, 7));
    assert_eq!(stand(&book).len(), 2);
}

#[test]
fn a_loop_of_additions_leaves_as_many_as_may_stand() {
    let mut book = Book::default();
    book.note((FIRST, 1), noted(1, "honest", Some("it")));
    // The newest first, as history comes.
    for seq in (2..10_000).rev() {
        book.note((FIRST, seq), noted(2, &format!("n{seq}"), Some("x")));
    }
    assert_eq!(stand(&book).len(), MAX_STANDING);
    assert!(stand(&book).iter().any(|(name, _)| name == "honest"));
    assert_eq!(book.noted().len(), MAX_CHANGES + 1);
    // What did not fit does not come after all.
    book.note((FIRST, 10_001), noted(1, "honest", None));
    assert_eq!(stand(&book).len(), MAX_STANDING - 1);
    book.note((FIRST, 10_002), noted(1, "later", Some("x")));
    assert_eq!(stand(&book).len(), MAX_STANDING);
}

#[test]
fn what_is_kept_makes_the_same_again() {
    let mut book = Book::default();
    let changes = [
        book.note((FIRST, 1), noted(1, "aa", Some("x"))),
        book.note((FIRST, 2), noted(1, "bb", Some("y"))),
        book.forget((FIRST, 1)).into_iter().collect(),
    ];
    let mut records: Vec<Record> = Vec::new();
    for change in changes.into_iter().flatten() {
        match change {
            Change::Put(record) => records.push(record),
            Change::Delete { key, .. } => records.retain(|it| it.key != key),
        }
    }
    assert_eq!(stand(&Book::restore(&records)), stand(&book));
    assert_eq!(stand(&book).len(), 1);
}

fn change() -> impl Strategy<Value = Noted> {
    (1_u8..4, 0_u32..400, any::<bool>())
        .prop_map(|(by, name, adds)| noted(by, &format!("n{name}"), adds.then_some("x")))
}

proptest! {
    #[test]
    fn the_order_in_which_changes_come_is_nothing(
        changes in proptest::collection::vec(change(), 0..600),
        shuffle in any::<u64>(),
    ) {
        let places: Vec<_> = (1..).zip(changes).map(|(seq, it)| ((FIRST, seq), it)).collect();
        let mut shuffled = places.clone();
        let length = shuffled.len().max(1);
        for at in 0..shuffled.len() {
            let other = usize::try_from(shuffle % 7919).unwrap() * (at + 1) % length;
            shuffled.swap(at, other);
        }
        let fill = |places: Vec<_>| {
            let mut book = Book::default();
            for (place, noted) in places {
                book.note(place, noted);
            }
            stand(&book)
        };
        let one = fill(places);
        prop_assert!(one.len() <= MAX_STANDING);
        prop_assert_eq!(one, fill(shuffled));
    }
}
