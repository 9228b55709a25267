//! The maps and sets do what those of the standard library do.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use proptest::prelude::*;

use super::*;
use crate::ids::UserId;

type Id = (u64, UserId);

fn id(number: u64) -> Id {
    let low = u8::try_from(number % 7).unwrap_or_default();
    (number / 7, UserId::from_bytes([low; 16]))
}

#[derive(Debug, Clone)]
enum Step {
    Insert(u64, u32),
    OrInsert(u64, u32),
    Remove(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..900_u64, any::<u32>()).prop_map(|(id, value)| Step::Insert(id, value)),
        1 => (0..900_u64, any::<u32>()).prop_map(|(id, value)| Step::OrInsert(id, value)),
        2 => (0..900_u64).prop_map(Step::Remove),
    ];
    let before = (0..400_u64, any::<bool>()).prop_map(|(count, backwards)| {
        let insert = move |number| Step::Insert(if backwards { count - number } else { number }, 0);
        (0..count).map(insert).collect::<Vec<_>>()
    });
    (before, proptest::collection::vec(step, 0..900)).prop_map(|(mut before, after)| {
        before.extend(after);
        before
    })
}

fn bound() -> impl Strategy<Value = Bound<u64>> {
    prop_oneof![
        (0..900_u64).prop_map(Bound::Included),
        (0..900_u64).prop_map(Bound::Excluded),
        Just(Bound::Unbounded),
    ]
}

/// Whether the standard library takes it as a range.
fn is_range(range: (Bound<Id>, Bound<Id>)) -> bool {
    match range {
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => true,
        (Bound::Excluded(first), Bound::Excluded(last)) => first < last,
        (
            Bound::Included(first) | Bound::Excluded(first),
            Bound::Included(last) | Bound::Excluded(last),
        ) => first <= last,
    }
}

proptest! {
    #[test]
    fn they_do_what_those_of_the_standard_library_do(
        steps in steps(),
        first in bound(),
        last in bound(),
        from_behind in proptest::collection::vec(any::<bool>(), 0..900),
    ) {
        let mut map = IdMap::new();
        let mut set = IdSet::new();
        let mut model = BTreeMap::new();
        for step in steps {
            match step {
                Step::Insert(number, value) => {
                    prop_assert_eq!(set.insert(id(number)), !model.contains_key(&id(number)));
                    prop_assert_eq!(map.insert(id(number), value), model.insert(id(number), value));
                }
                Step::OrInsert(number, value) => {
                    set.insert(id(number));
                    let expected = model.entry(id(number)).or_insert(value);
                    prop_assert_eq!(map.or_insert(id(number), value), expected);
                }
                Step::Remove(number) => {
                    prop_assert_eq!(set.remove(&id(number)), model.contains_key(&id(number)));
                    prop_assert_eq!(map.remove(&id(number)), model.remove(&id(number)));
                }
            }
            prop_assert_eq!(map.len(), model.len());
        }
        for number in 0..900 {
            prop_assert_eq!(map.get(&id(number)), model.get(&id(number)));
            prop_assert_eq!(map.get_mut(&id(number)), model.get_mut(&id(number)));
            prop_assert_eq!(set.contains(&id(number)), model.contains_key(&id(number)));
        }
        prop_assert!(map.iter().eq(&model));
        prop_assert!(set.iter().eq(model.keys().copied()));

        let range = (first.map(id), last.map(id));
        if is_range(range) {
            let (mut found, mut expected) = (map.range(range), model.range(range));
            for from_behind in from_behind {
                let (found, expected) = if from_behind {
                    (found.next_back(), expected.next_back())
                } else {
                    (found.next(), expected.next())
                };
                prop_assert_eq!(found, expected);
            }
            prop_assert!(found.eq(expected));
            let expected = model.range(range).map(|(key, _)| *key).rev();
            prop_assert!(set.range(range).rev().eq(expected));
        } else {
            prop_assert_eq!(map.range(range).count(), 0);
        }
        let again: IdMap<Id, u32> = model.into_iter().rev().collect();
        prop_assert_eq!(&again, &map);
    }

    #[test]
    fn they_are_written_and_read_as_those_of_the_standard_library(
        ids in proptest::collection::vec(any::<[u8; 16]>(), 0..200),
    ) {
        let ids: Vec<UserId> = ids.into_iter().map(UserId::from_bytes).collect();
        let set: IdSet<UserId> = ids.iter().copied().collect();
        let model: BTreeSet<UserId> = ids.iter().copied().collect();
        let text = serde_json::to_string(&model).unwrap();
        prop_assert_eq!(&serde_json::to_string(&set).unwrap(), &text);
        prop_assert_eq!(serde_json::from_str::<IdSet<UserId>>(&text).unwrap(), set);

        let map: IdMap<UserId, u64> = ids.iter().copied().zip(0..).collect();
        let model: BTreeMap<UserId, u64> = ids.iter().copied().zip(0..).collect();
        let text = serde_json::to_string(&model).unwrap();
        prop_assert_eq!(&serde_json::to_string(&map).unwrap(), &text);
        prop_assert_eq!(serde_json::from_str::<IdMap<UserId, u64>>(&text).unwrap(), map);
    }
}
