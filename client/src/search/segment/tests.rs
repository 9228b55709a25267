//! What is sealed comes out again; bytes that were changed never do harm.

use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};
use proptest::prelude::*;

use super::{Document, Has, Phrase, Segment, Target};

fn document(number: u8, text: &str) -> Document {
    Document {
        place: ChannelId::from_bytes([number % 3; 16]),
        seq: u64::from(number) + 1,
        message: Target {
            device: DeviceId::from_bytes([number % 5; 16]),
            id: MessageId::from_bytes([number; 16]),
        },
        author: UserId::from_bytes([number % 5; 16]),
        at: 1_000 * u64::from(number % 7),
        has: Has::of_text(text),
        text: text.to_owned(),
        edited: u64::from(number % 2),
    }
}

fn sealed(texts: &[String]) -> Segment {
    let documents = (0..)
        .zip(texts)
        .map(|(number, text)| document(number, text));
    Segment::seal(documents.collect()).unwrap()
}

fn found(segment: &Segment, words: &str) -> Vec<String> {
    let having = segment.candidates(&Phrase::read(words));
    let heads = segment
        .heads()
        .filter(|(number, _)| having.contains(*number));
    let mut texts: Vec<String> = heads
        .map(|(_, head)| segment.text(head).to_owned())
        .collect();
    texts.sort();
    texts
}

#[test]
fn words_and_beginnings_are_found() {
    let texts = ["red apple", "green apple pie", "application", "東京都"].map(str::to_owned);
    let mut segment = sealed(&texts);
    assert_eq!(found(&segment, "apple "), ["green apple pie", "red apple"]);
    assert_eq!(
        found(&segment, "appl"),
        ["application", "green apple pie", "red apple"]
    );
    assert_eq!(found(&segment, "apple gre"), ["green apple pie"]);
    assert_eq!(found(&segment, "京"), ["東京都"]);
    assert!(found(&segment, "a ").is_empty() && found(&segment, "zzz").is_empty());
    let place = ChannelId::from_bytes([1; 16]);
    let number = segment.between(place, 2, 2);
    segment.remove(number[0]);
    assert_eq!(found(&segment, "apple "), ["red apple"]);
    assert!(segment.is_holed() && segment.live() == 3);
    assert!(segment.between(place, 0, 9).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_sealed_comes_out(texts in proptest::collection::vec("[ a-dé東京\u{301}]{0,20}", 0..120)) {
        let segment = sealed(&texts);
        let opened = Segment::open(segment.bytes().to_vec()).unwrap();
        let documents: Vec<Document> = opened.documents().collect();
        prop_assert_eq!(documents.len(), texts.len());
        for (number, text) in (0..).zip(&texts) {
            let one = document(number, text);
            prop_assert!(documents.contains(&one));
            let by_id = opened.find(one.place, one.message).unwrap();
            prop_assert_eq!(opened.document(opened.head(by_id).unwrap()), Some(one.clone()));
            prop_assert_eq!(opened.between(one.place, one.seq, one.seq), vec![by_id]);
        }
    }

    #[test]
    fn changed_bytes_do_no_harm(
        at in 0_usize..400,
        byte: u8,
        cut in 0_usize..400,
    ) {
        let texts = ["red apple", "green apple pie", "application"].map(str::to_owned);
        let mut bytes = sealed(&texts).bytes().to_vec();
        if let Some(changed) = bytes.get_mut(at) {
            *changed = byte;
        }
        bytes.truncate(cut.max(1));
        if let Some(segment) = Segment::open(bytes) {
            found(&segment, "apple p");
            let _ = segment.documents().count();
            segment.between(ChannelId::from_bytes([0; 16]), 0, u64::MAX);
        }
    }
}
