//! Random stories of valid and invalid entries by random members, judged step by step by the model in
//! [`crate::support::storm`], and read again by others.

use parley_protocol::community::Community;
use parley_protocol::entry::{Entry, Head};
use parley_protocol::keys::Signature;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;

use crate::support::storm::Storm;

/// A story in which the owner and the first members act often, so that much is allowed.
pub(super) fn story() -> impl Strategy<Value = Vec<u8>> {
    let who = prop_oneof![2 => Just(0), 3 => 0..6_u8, 1 => any::<u8>()];
    let device = prop_oneof![7 => Just(1), 1 => Just(0_u8)];
    let kind = prop_oneof![1 => any::<u8>(), 2 => select(vec![4, 7, 7, 8, 9, 10, 10, 12_u8])];
    let spoil = prop_oneof![1 => 0..8_u8, 9 => 8_u8..];
    let step = (who, device, kind, any::<[u8; 3]>(), spoil);
    (any::<u8>(), vec(step, 0..80)).prop_map(|(everyone, steps)| {
        let mut bytes = vec![everyone];
        for (who, device, kind, with, spoil) in steps {
            bytes.extend([who, device, kind]);
            bytes.extend(with);
            bytes.push(spoil);
        }
        bytes
    })
}

fn head_of(log: &[Entry]) -> Head {
    log.iter()
        .fold(Head::EMPTY, |head, entry| head.after(entry))
}

/// What somebody makes of a log that may have been tampered with.
fn read(log: &[Entry]) -> Option<Community> {
    let (first, rest) = log.split_first()?;
    let mut community = Community::found(first).ok()?;
    for entry in rest {
        community.apply(entry).ok()?;
    }
    Some(community)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nobody_gains_what_nobody_granted_and_all_reducers_agree(bytes in story()) {
        let storm = Storm::run(&bytes);
        let replayed = storm.replayed();

        prop_assert_eq!(&replayed, &storm.test.community);
        prop_assert_eq!(replayed.head(), storm.test.community.head());
        prop_assert_eq!(replayed.head(), head_of(&storm.test.log));
        prop_assert_eq!(storm.test.log.len(), storm.accepted + 1);
    }

    #[test]
    fn a_checkpoint_is_the_same_community_and_goes_on_the_same(bytes in story(), at: Index) {
        let storm = Storm::run(&bytes);
        let (before, after) = storm.test.log.split_at(at.index(storm.test.log.len()).max(1));
        let place = read(before).expect("a good log");
        let mut community = Community::from_checkpoint(&place.to_checkpoint()).expect("whole");
        prop_assert_eq!(&community, &place);

        for entry in after {
            community.apply_again(entry).expect("was accepted before");
        }
        prop_assert_eq!(&community, &storm.test.community);
    }

    #[test]
    fn a_log_that_is_not_checked_again_is_the_same_community(bytes in story()) {
        let storm = Storm::run(&bytes);
        let (genesis, later) = storm.test.log.split_first().expect("a genesis");
        let mut community = Community::found_again(genesis).expect("was accepted before");
        for entry in later {
            community.apply_again(entry).expect("was accepted before");
        }
        prop_assert_eq!(&community, &storm.test.community);
    }

    #[test]
    fn a_damaged_checkpoint_is_none_or_another_community(
        bytes in story(), at: Index, byte: u8, len: Index, cut: bool,
    ) {
        let checkpoint = Storm::run(&bytes).test.community.to_checkpoint();
        let mut damaged = checkpoint.clone();
        if cut {
            damaged.truncate(len.index(checkpoint.len()));
            prop_assert_eq!(Community::from_checkpoint(&damaged), None);
        } else {
            damaged[at.index(checkpoint.len())] = byte;
            // Whatever it is now, it is written as it was read.
            if let Some(other) = Community::from_checkpoint(&damaged) {
                let again = Community::from_checkpoint(&other.to_checkpoint());
                prop_assert_eq!(again, Some(other));
            }
        }
    }

    #[test]
    fn a_log_that_was_tampered_with_has_another_head(bytes in story(), at: Index, other: Index, how in 0..5) {
        let honest = Storm::run(&bytes).test.log;
        let mut log = honest.clone();
        let (at, other) = (at.index(log.len()), other.index(log.len()));
        match how {
            0 => log.swap(at, other),
            1 => { log.remove(at); }
            2 => log.insert(at, honest[other].clone()),
            3 => log[at].signature = Signature::from_bytes([7; 64]),
            _ => log[at].body.push(' '),
        }
        prop_assume!(log != honest);

        prop_assert_ne!(head_of(&log), head_of(&honest));
        if let Some(community) = read(&log) {
            prop_assert_ne!(community.head(), head_of(&honest));
        }
    }
}

#[test]
fn the_stories_are_neither_all_refused_nor_all_accepted() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..10 {
        let bytes = story().new_tree(&mut runner).expect("a story").current();
        let storm = Storm::run(&bytes);
        accepted += storm.accepted;
        refused += storm.refused;
    }
    assert!(accepted > 230, "{accepted} accepted");
    assert!(refused > 230, "{refused} refused");
}
