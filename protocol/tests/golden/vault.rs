//! Segments of a vault, as they are appended and read.

use parley_protocol::ids::CommunityId;
use parley_protocol::keys::{Hash, Signature};
use parley_protocol::signing;
use parley_protocol::vault::{Segment, StoredSegment, VaultPage};

use super::book::Book;
use crate::support::people::sign;
use crate::support::{Numbers, TestDevice};

const COMMUNITY: CommunityId = CommunityId::from_bytes([0xc0; 32]);

pub fn segment() -> Segment {
    let device = TestDevice::new(&mut Numbers::default());
    let mut segment = Segment {
        counter: 13,
        previous: Hash::from_bytes([0x12; 32]),
        sealed: "a-sealed-segment".to_owned(),
        signature: Signature::from_bytes([0; 64]),
    };
    let signed = signing::vault_segment(
        &COMMUNITY,
        &device.id,
        segment.counter,
        &segment.previous,
        &segment.sealed,
    );
    segment.signature = sign(&device.key, &signed);
    let verified = segment.verify(&COMMUNITY, &device.id, &device.ed25519());
    assert_eq!(verified, Ok(()));
    assert_eq!(segment.hash(&COMMUNITY, &device.id), Hash::of(&signed));
    segment
}

#[test]
fn segments_have_their_golden_texts() {
    let device = TestDevice::new(&mut Numbers::default());
    let stored = StoredSegment {
        number: 20,
        device: device.id,
        segment: segment(),
    };
    let mut book = Book::default();
    book.add(&stored.segment);
    book.add(&stored);
    book.add(&VaultPage {
        segments: vec![stored.clone()],
        before: Some(20),
        total: 31,
    });
    book.add(&VaultPage {
        segments: Vec::new(),
        before: None,
        total: 0,
    });
    book.check("vault");
}
