//! What is true for every entry: who signed it, where it belongs, and that it is there once.

use parley_protocol::community::{Community, Rejection};
use parley_protocol::entry::{Entry, Head};
use parley_protocol::ids::CommunityId;
use parley_protocol::keys::{Hash, Signature};
use parley_protocol::limits::MAX_ENTRY_BYTES;

use crate::support::{Person, TestCommunity, remove, sign_body, sign_text};

fn story() -> (TestCommunity, Person, Person) {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    (test, ada, bob)
}

#[test]
fn an_entry_is_signed_by_the_device_that_it_names() {
    let (mut test, ada, bob) = story();
    let entry = test.entry(&ada.device, remove(&bob));

    let by_bob = Entry {
        author: bob.device.id,
        ..entry.clone()
    };
    assert_eq!(test.refusal(&by_bob), Rejection::BadSignature);
    let unsigned = Entry {
        signature: Signature::from_bytes([0; 64]),
        ..entry.clone()
    };
    assert_eq!(test.refusal(&unsigned), Rejection::BadSignature);
    let altered = Entry {
        body: entry.body.replace("17000", "17001"),
        ..entry.clone()
    };
    assert_eq!(test.refusal(&altered), Rejection::BadSignature);
    assert!(test.apply(&entry).is_ok());
}

#[test]
fn a_stranger_writes_nothing() {
    let (mut test, _, bob) = story();
    let eve = test.new_person("Eve");

    assert_eq!(test.refused(&eve, remove(&bob)), Rejection::UnknownAuthor);
}

#[test]
fn an_entry_stands_once() {
    let (mut test, ada, _) = story();
    let invite = test.new_invite();
    let entry = test.entry(&ada.device, invite.made(None, None));
    test.apply(&entry).expect("allowed");

    assert_eq!(test.refusal(&entry), Rejection::Repeated);
}

#[test]
fn an_id_is_taken_once_also_for_other_contents() {
    let (mut test, ada, bob) = story();
    let invite = test.new_invite();
    let first = test.body(invite.made(None, None));
    test.apply(&sign_body(&ada.device, &first))
        .expect("allowed");
    let mut second = test.body(remove(&bob));
    second.id = first.id;

    assert_eq!(
        test.refusal(&sign_body(&ada.device, &second)),
        Rejection::Repeated
    );
}

#[test]
fn an_entry_of_another_community_is_refused() {
    let (mut test, ada, bob) = story();
    let mut body = test.body(remove(&bob));
    body.community = CommunityId::from_bytes([7; 32]);

    let rejection = test.refusal(&sign_body(&ada.device, &body));
    assert_eq!(rejection, Rejection::WrongCommunity);
}

#[test]
fn an_author_may_have_seen_an_older_place() {
    let (mut test, ada, bob) = story();
    let mut body = test.body(remove(&bob));
    body.head = Head {
        seq: 1,
        hash: test.community.hash_at(1).expect("genesis"),
    };

    assert!(test.apply(&sign_body(&ada.device, &body)).is_ok());
}

#[test]
fn an_author_who_saw_another_log_is_refused() {
    let (mut test, ada, bob) = story();
    let head = test.community.head();
    let unknown = [
        Head {
            seq: head.seq + 1,
            ..head
        },
        Head {
            seq: head.seq - 1,
            ..head
        },
        Head {
            seq: u64::MAX,
            ..head
        },
        Head {
            hash: Hash::from_bytes([3; 32]),
            ..head
        },
        Head { seq: 0, ..head },
        Head::EMPTY,
    ];
    for head in unknown {
        let mut body = test.body(remove(&bob));
        body.head = head;
        let rejection = test.refusal(&sign_body(&ada.device, &body));
        assert_eq!(rejection, Rejection::UnknownHead, "{head:?}");
    }
}

#[test]
fn a_join_cannot_be_replayed_onto_a_forged_log() {
    let (mut test, ada, _) = story();
    let invite = test.invite_by(&ada);
    let carol = test.new_person("Carol");
    let action = test.join_action(&invite, &carol);
    let join = test.entry(&carol.device, action);

    let (mut forged, ada) = TestCommunity::founded_with(&[]);
    forged.must(&ada, invite.made(None, None));

    assert_eq!(forged.refusal(&join), Rejection::WrongCommunity);
    assert!(test.apply(&join).is_ok());
}

#[test]
fn a_body_has_one_form() {
    let (mut test, ada, bob) = story();
    let body = test.body(remove(&bob));
    let good = body.to_text();
    let others = [
        format!(" {good}"),
        good.replacen(',', ", ", 1),
        good.replacen('{', "{\"note\":1,", 1),
        good.replacen("\"at\":", "\"at\":0,\"at\":", 1),
        good.replacen("\"member_removed\":{", "\"member_removed\":{\"by\":1,", 1),
        good.replacen("member_removed", "member\\u005fremoved", 1),
        good.replacen("1700000000000", "1700000000000.0", 1),
        good.replacen("1700000000000", "1.7e12", 1),
        good.replacen("1700000000000", "-1", 1),
        good.replacen("1700000000000", &"9".repeat(40), 1),
        good.replacen("member_removed", "member_promoted", 1),
    ];
    for other in others {
        assert_ne!(other, good);
        let entry = sign_text(&ada.device, other.clone());
        assert_eq!(test.refusal(&entry), Rejection::Malformed, "{other}");
    }
    assert!(test.apply(&sign_text(&ada.device, good)).is_ok());
}

#[test]
fn a_list_is_no_body() {
    let (mut test, ada, bob) = story();
    let body = test.body(remove(&bob));
    let list = serde_json::to_string(&(body.community, body.id, body.at, body.head, body.action))
        .expect("a text");

    let entry = sign_text(&ada.device, list);
    assert!(entry.parse_body().is_ok(), "the parser alone would take it");
    assert_eq!(test.refusal(&entry), Rejection::Malformed);
}

#[test]
fn what_is_no_entry_is_refused() {
    let (mut test, ada, _) = story();
    let deep = "[".repeat(MAX_ENTRY_BYTES);
    for text in ["", "null", "{}", "[]", "\u{0}", deep.as_str()] {
        let entry = sign_text(&ada.device, text.to_owned());
        assert_eq!(test.refusal(&entry), Rejection::Malformed, "{text:.9}");
        assert_eq!(
            Community::found(&entry),
            Err(Rejection::Malformed),
            "{text:.9}"
        );
    }
}

#[test]
fn a_long_entry_is_refused_before_it_is_read() {
    let (mut test, ada, _) = story();
    let bytes = MAX_ENTRY_BYTES + 1;
    let entry = sign_text(&ada.device, "x".repeat(bytes));

    assert_eq!(test.refusal(&entry), Rejection::TooLarge { bytes });
}

#[test]
fn every_change_to_the_log_changes_its_head() {
    let (test, ..) = story();
    let head_of = |log: &[Entry]| {
        log.iter()
            .fold(Head::EMPTY, |head, entry| head.after(entry))
    };
    let honest = head_of(&test.log);
    assert_eq!(honest, test.community.head());

    let mut swapped = test.log.clone();
    swapped.swap(0, 1);
    let mut dropped = test.log.clone();
    dropped.remove(1);
    let mut altered = test.log.clone();
    altered[2].author = altered[0].author;
    for log in [swapped, dropped, altered] {
        assert_ne!(head_of(&log).hash, honest.hash);
    }
}
