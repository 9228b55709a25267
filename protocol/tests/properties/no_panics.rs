//! No text and no bytes panic, whoever signed them.

use std::fmt::Debug;

use parley_protocol::channel::{SignedAnnouncement, SignedRedaction, signed_index};
use parley_protocol::community::Community;
use parley_protocol::entry::Entry;
use parley_protocol::frame::{ClientToRelay, RelayToClient, decode};
use parley_protocol::invite::InviteLink;
use parley_protocol::keys::{SessionId, Signature};
use parley_protocol::{auth, json, names};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::de::DeserializeOwned;

use crate::golden::every_golden_line;
use crate::support::{TestCommunity, sign_text};

/// Reads a text as the relay does and as a page does: what one takes, the other takes for the same.
fn read_both_ways<T: DeserializeOwned + PartialEq + Debug>(text: &str) {
    let (relay, page) = (
        json::read::<T>(text),
        json::tree::read::<T>(text.as_bytes()),
    );
    // Straight from the text, a struct without fields can be written as an empty list.
    if !text.contains("[]") {
        assert_eq!(relay.ok(), page.ok());
    }
}

/// Gives a text to everything that reads text from outside.
fn read_everywhere(text: &str) {
    drop(decode::<ClientToRelay>(text));
    drop(decode::<RelayToClient>(text));
    read_both_ways::<ClientToRelay>(text);
    read_both_ways::<RelayToClient>(text);
    read_both_ways::<Entry>(text);
    read_both_ways::<auth::RegisterRequest>(text);
    read_both_ways::<auth::LogPage>(text);
    drop(
        SignedRedaction {
            body: text.to_owned(),
            signature: Signature::from_bytes([0; 64]),
        }
        .parse_body(),
    );
    let _ = signed_index(&SessionId::from_bytes([0; 32]), text);
    let _ = text.parse::<InviteLink>();
    let _ = text.parse::<Signature>();
    let _ = names::check_member(text);
    names::fold(text);
    drop(
        SignedAnnouncement {
            body: text.to_owned(),
            signature: Signature::from_bytes([0; 64]),
            proof: Signature::from_bytes([0; 64]),
        }
        .parse_body(),
    );
}

/// Gives a text to the reducer, signed by a stranger, and by the owner, who may do everything.
fn apply_everywhere(text: &str) {
    let (mut test, ada) = TestCommunity::founded();
    let eve = test.new_person("Eve");
    for device in [&ada.device, &eve.device] {
        let entry = sign_text(device, text.to_owned());
        drop(Community::found(&entry));
        let before = test.community.clone();
        if test.apply(&entry).is_err() {
            assert_eq!(test.community, before);
        }
    }
}

/// A golden text after a few changes of single characters.
fn broken_golden() -> impl Strategy<Value = String> {
    let change = (
        any::<Index>(),
        prop_oneof![Just(None), any::<char>().prop_map(Some)],
    );
    let changes = proptest::collection::vec(change, 0..4);
    (select(every_golden_line()), changes).prop_map(|(line, changes)| {
        let mut letters: Vec<char> = line.chars().collect();
        for (at, letter) in changes {
            let at = at.index(letters.len());
            match letter {
                Some(letter) => letters[at] = letter,
                None if letters.len() > 1 => drop(letters.remove(at)),
                None => {}
            }
        }
        letters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_bytes_panic(bytes: Vec<u8>) {
        read_everywhere(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        read_everywhere(&text);
        apply_everywhere(&text);
    }

    #[test]
    fn no_broken_golden_panics(text in broken_golden()) {
        read_everywhere(&text);
        apply_everywhere(&text);
    }

    #[test]
    fn what_is_read_is_written_and_read_the_same(text in broken_golden()) {
        if let Ok(frame) = decode::<ClientToRelay>(&text) {
            let again = decode(&parley_protocol::frame::encode(&frame));
            prop_assert_eq!(again, Ok(frame));
        }
        if let Ok(frame) = decode::<RelayToClient>(&text) {
            let again = decode(&parley_protocol::frame::encode(&frame));
            prop_assert_eq!(again, Ok(frame));
        }
    }

    #[test]
    fn case_makes_no_other_name(name in "[a-zA-Zß ]{1,20}") {
        prop_assert_eq!(names::fold(&name), names::fold(&name.to_uppercase()));
        prop_assert_eq!(names::fold(&name), names::fold(&name.to_lowercase()));
    }
}
