//! The reducer. An even first byte: the rest is a story of signed entries (see the tests' `storm`), judged by a
//! second model. An odd one: the rest is the body of an entry that the owner signs at some sequence number of a
//! log.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use parley_protocol::community::Community;
use parley_protocol::entry::Entry;

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests"]
mod tests {
    pub mod support;
}

use tests::support::storm::Storm;
use tests::support::{Person, TestCommunity, sign_text};

const LOG: &str = include_str!("../../tests/golden_texts/log.jsonl");

/// The owner of the golden log, and its state after each entry.
fn golden() -> &'static (Person, Vec<Community>) {
    static GOLDEN: OnceLock<(Person, Vec<Community>)> = OnceLock::new();
    GOLDEN.get_or_init(|| {
        let (test, owner) = TestCommunity::founded();
        let mut states = vec![test.community];
        for line in LOG.lines().skip(1) {
            let Ok(entry) = serde_json::from_str::<Entry>(line) else {
                break; // The last line is the head.
            };
            let mut next = states[states.len() - 1].clone();
            next.apply(&entry).expect("the golden log is good");
            states.push(next);
        }
        (owner, states)
    })
}

fn story(steps: &[u8]) {
    static BEGINNING: OnceLock<Storm> = OnceLock::new();
    let beginning = BEGINNING.get_or_init(|| Storm::begin(0b11));
    let mut storm = beginning.clone();
    storm.go_on(steps);
    let replayed = storm.replayed_from(beginning.test.community.clone());
    assert_eq!(replayed, storm.test.community);
    let kept = Community::from_checkpoint(&replayed.to_checkpoint());
    assert_eq!(kept, Some(replayed));
}

fn text(place: u8, body: &str) {
    let (owner, states) = golden();
    let before = &states[usize::from(place) % states.len()];
    let entry = sign_text(&owner.device, body.to_owned());
    let mut community = before.clone();
    match community.apply(&entry) {
        Ok(read) => {
            assert_eq!(read.to_text(), body);
            assert_eq!(community.head(), before.head().after(&entry));
            assert!(community.apply(&entry).is_err());
        }
        Err(_) => assert!(community == *before),
    }
    if let Ok(community) = Community::found(&entry) {
        assert_eq!(community.head().seq, 1);
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Some(community) = Community::from_checkpoint(bytes) {
        let again = Community::from_checkpoint(&community.to_checkpoint());
        assert_eq!(again, Some(community));
    }
    match bytes {
        [how, steps @ ..] if how % 2 == 0 => story(&steps[..steps.len().min(280)]),
        [_, place, body @ ..] => {
            if let Ok(body) = std::str::from_utf8(body) {
                text(*place, body);
            }
        }
        _ => {}
    }
});
