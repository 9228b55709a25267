//! Keys that others pass on, good and forged.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use parley_protocol::ids::UserId;
use vodozemac::megolm::GroupSession;

use super::super::signed_index;
use super::unannounced::KEPT_OF_SENDER;
use super::*;

fn of(session: SessionId) -> SessionRef {
    SessionRef {
        channel: ChannelId::from_bytes([1; 16]),
        device: DeviceId::from_bytes([2; 16]),
        session,
    }
}

struct Author {
    session: GroupSession,
    key: InboundGroupSession,
    id: SessionRef,
}

fn author() -> Author {
    let session = GroupSession::new(SessionConfig::version_1());
    let key = InboundGroupSession::new(&session.session_key(), SessionConfig::version_1());
    let id = of(session_id(&session.session_id()).unwrap());
    Author { session, key, id }
}

impl Author {
    fn write(&mut self, text: &str) -> String {
        self.session.encrypt(text).to_base64()
    }

    fn key_from(&mut self, index: u32) -> String {
        self.key.export_at(index).unwrap().to_base64()
    }

    /// A key that claims to be of this session: the ratchet is another one.
    fn forged_from(&mut self, index: u32) -> String {
        self.forged(index, 0x55)
    }

    fn forged(&mut self, index: u32, twist: u8) -> String {
        let mut bytes = STANDARD_NO_PAD.decode(self.key_from(index)).unwrap();
        for byte in &mut bytes[10..100] {
            *byte ^= twist;
        }
        STANDARD_NO_PAD.encode(bytes)
    }

    /// A message that the session signed, with a MAC that does not fit its key.
    fn with_wrong_mac(&mut self, text: &str) -> String {
        let pickle = serde_json::to_value(self.session.pickle()).unwrap();
        let half: vodozemac::Ed25519Keypair =
            serde_json::from_value(pickle["signing_key"].clone()).unwrap();
        let mut bytes = self.session.encrypt(text).to_bytes();
        let signed = bytes.len() - 64;
        bytes[signed - 1] ^= 1;
        let signature = half.sign(&bytes[..signed]).to_bytes();
        bytes[signed..].copy_from_slice(&signature);
        STANDARD_NO_PAD.encode(bytes)
    }
}

/// A member hands a key on.
fn give(sessions: &mut InboundSessions, of: SessionRef, key: &str) -> ImportOutcome {
    give_from(sessions, of, key, 50)
}

fn give_from(
    sessions: &mut InboundSessions,
    of: SessionRef,
    key: &str,
    member: u8,
) -> ImportOutcome {
    let from = DeviceId::from_bytes([member; 16]);
    let source = KeySource::Member(UserId::from_bytes([member; 16]));
    sessions.import(of, key, from, source, 0)
}

fn text(read: Result<(Vec<u8>, u32), ReadError>) -> Result<String, ReadError> {
    read.map(|(plaintext, _)| String::from_utf8(plaintext).unwrap())
}

#[test]
fn a_key_reads_from_its_number_on() {
    let mut author = author();
    let (one, two) = (author.write("one"), author.write("two"));
    let mut sessions = InboundSessions::default();
    let late = author.key_from(1);
    assert_eq!(
        text(sessions.decrypt(author.id, &two)),
        Err(ReadError::KeyMissing)
    );
    assert_eq!(give(&mut sessions, author.id, &late), ImportOutcome::Better);
    assert_eq!(
        text(sessions.decrypt(author.id, &one)),
        Err(ReadError::BeforeKey)
    );
    assert_eq!(text(sessions.decrypt(author.id, &two)).unwrap(), "two");
}

#[test]
fn an_earlier_key_is_better_and_a_later_one_is_not() {
    let mut author = author();
    let (one, _) = (author.write("one"), author.write("two"));
    let mut sessions = InboundSessions::default();
    let (early, late) = (author.key_from(0), author.key_from(1));
    give(&mut sessions, author.id, &late);
    assert_eq!(give(&mut sessions, author.id, &late), ImportOutcome::Known);
    assert_eq!(
        give(&mut sessions, author.id, &early),
        ImportOutcome::Better
    );
    assert_eq!(give(&mut sessions, author.id, &late), ImportOutcome::Known);
    assert_eq!(text(sessions.decrypt(author.id, &one)).unwrap(), "one");
}

#[test]
fn a_key_of_another_session_is_refused() {
    let (mut author, mut other) = (author(), author());
    let mut sessions = InboundSessions::default();
    let key = other.key_from(0);
    assert_eq!(give(&mut sessions, author.id, &key), ImportOutcome::Refused);
    for garbage in ["", "?", "AQAA", &author.key_from(0)[..50]] {
        assert_eq!(
            give(&mut sessions, author.id, garbage),
            ImportOutcome::Refused
        );
    }
    assert!(!sessions.has_key(author.id));
}

#[test]
fn a_forged_key_is_dropped_when_it_does_not_fit_and_the_right_one_is_taken() {
    let mut author = author();
    let one = author.write("one");
    let mut sessions = InboundSessions::default();
    let (forged, right) = (author.forged_from(0), author.key_from(0));
    assert_eq!(
        give(&mut sessions, author.id, &forged),
        ImportOutcome::Better
    );
    assert_eq!(
        text(sessions.decrypt(author.id, &one)),
        Err(ReadError::KeyMissing)
    );
    assert_eq!(
        give(&mut sessions, author.id, &right),
        ImportOutcome::Better
    );
    assert_eq!(text(sessions.decrypt(author.id, &one)).unwrap(), "one");
}

#[test]
fn a_forged_earlier_key_does_not_push_out_a_right_one() {
    let mut author = author();
    let (_, two) = (author.write("one"), author.write("two"));
    let mut sessions = InboundSessions::default();
    let (forged, right) = (author.forged_from(0), author.key_from(1));
    give(&mut sessions, author.id, &right);
    give(&mut sessions, author.id, &forged);
    assert_eq!(text(sessions.decrypt(author.id, &two)).unwrap(), "two");
}

#[test]
fn the_number_of_a_message_is_known_before_its_key_is_here() {
    let mut author = author();
    let texts = [author.write("one"), author.write("two")];
    let numbers = texts.map(|text| signed_index(author.id.session, &text));
    assert_eq!(numbers, [Some(0), Some(1)]);
    assert_eq!(signed_index(author.id.session, "AwgAEpACypF5"), None);
    let other = self::author().id.session;
    assert_eq!(signed_index(other, &author.write("three")), None);
}

#[test]
fn keys_that_nobody_announced_take_the_room_of_their_sender_and_not_for_ever() {
    let mut sessions = InboundSessions::default();
    let spammer = DeviceId::from_bytes([66; 16]);
    let honest = DeviceId::from_bytes([50; 16]);
    let source = KeySource::Member(UserId::from_bytes([66; 16]));
    let mut first = author();
    let mut dropped = 0;
    for number in 0..KEPT_OF_SENDER + 1_000 {
        // One key serves: of which device's session it is said to be is the sender's word.
        let device = u128::try_from(number).unwrap().to_be_bytes();
        let of = SessionRef {
            device: DeviceId::from_bytes(device),
            ..first.id
        };
        let key = first.key_from(0);
        let outcome = sessions.import(of, &key, spammer, source, number as u64);
        assert_eq!(outcome, ImportOutcome::Better);
        dropped += sessions.take_dropped().len();
    }
    assert_eq!(dropped, 1_000, "the spammer's own oldest");

    let mut late = author();
    let key = late.key_from(0);
    let member = KeySource::Member(UserId::from_bytes([50; 16]));
    assert_eq!(
        sessions.import(late.id, &key, honest, member, 2_000),
        ImportOutcome::Better
    );
    let one = late.write("one");
    assert_eq!(text(sessions.decrypt(late.id, &one)).unwrap(), "one");

    let week = 7 * 24 * 3_600_000;
    let mut next = author();
    let key = next.key_from(0);
    sessions.import(next.id, &key, honest, member, 3_000 + week);
    assert_eq!(sessions.take_dropped().len(), KEPT_OF_SENDER + 1);
    assert!(!sessions.has_key(late.id));
}

#[test]
fn one_message_with_a_wrong_mac_does_not_throw_a_good_key_away() {
    let mut author = author();
    let (one, two) = (author.write("one"), author.write("two"));
    let wrong = author.with_wrong_mac("three");
    let mut sessions = InboundSessions::default();
    give(&mut sessions, author.id, &author.key_from(0));
    assert_eq!(
        text(sessions.decrypt(author.id, &wrong)),
        Err(ReadError::KeyMissing),
        "nothing speaks for the key yet"
    );
    assert_eq!(text(sessions.decrypt(author.id, &one)).unwrap(), "one");
    assert_eq!(
        text(sessions.decrypt(author.id, &wrong)),
        Err(ReadError::Damaged)
    );
    assert_eq!(text(sessions.decrypt(author.id, &two)).unwrap(), "two");
}

#[test]
fn a_key_from_its_author_or_from_two_members_is_believed() {
    let mut author = author();
    let (wrong, key) = (author.with_wrong_mac("one"), author.key_from(0));
    let mut sessions = InboundSessions::default();
    let device = author.id.device;
    sessions.import(author.id, &key, device, KeySource::Author, 0);
    assert_eq!(
        text(sessions.decrypt(author.id, &wrong)),
        Err(ReadError::Damaged)
    );

    let mut sessions = InboundSessions::default();
    give_from(&mut sessions, author.id, &key, 50);
    give_from(&mut sessions, author.id, &key, 50);
    assert!(!sessions.is_trusted(author.id), "one member, twice");
    let handed = sessions.export(author.id, 0).unwrap();
    assert!(!handed.believed, "and it is handed on as such");
    give_from(&mut sessions, author.id, &key, 51);
    assert!(sessions.is_trusted(author.id));
    assert_eq!(
        text(sessions.decrypt(author.id, &wrong)),
        Err(ReadError::Damaged)
    );
}

#[test]
fn what_nobody_believes_gives_no_reason_to_believe() {
    let mut author = author();
    let (one, wrong) = (author.write("one"), author.with_wrong_mac("two"));
    let key = author.key_from(0);
    let mut sessions = InboundSessions::default();
    let hear = |sessions: &mut InboundSessions, from: u8| {
        let from = DeviceId::from_bytes([from; 16]);
        sessions.import(author.id, &key, from, KeySource::Hearsay, 0)
    };
    assert_eq!(hear(&mut sessions, 60), ImportOutcome::Better);
    assert_eq!(hear(&mut sessions, 61), ImportOutcome::Known);
    give_from(&mut sessions, author.id, &key, 50);
    assert_eq!(hear(&mut sessions, 62), ImportOutcome::Known);
    give_from(&mut sessions, author.id, &key, 50);
    assert!(!sessions.is_trusted(author.id), "one member in all");
    assert_eq!(
        text(sessions.decrypt(author.id, &wrong)),
        Err(ReadError::KeyMissing)
    );
    assert_eq!(text(sessions.decrypt(author.id, &one)).unwrap(), "one");
    assert!(sessions.export(author.id, 0).unwrap().believed);
}

#[test]
fn of_several_keys_the_one_that_opens_a_message_is_right() {
    let mut author = author();
    let one = author.write("one");
    let right = author.key_from(0);
    let mut sessions = InboundSessions::default();
    for (member, twist) in [(50, 1), (51, 2), (52, 3), (53, 4)] {
        let forged = author.forged(0, twist);
        give_from(&mut sessions, author.id, &forged, member);
    }
    assert_eq!(
        text(sessions.decrypt(author.id, &one)),
        Err(ReadError::KeyMissing)
    );
    give_from(&mut sessions, author.id, &right, 54);
    assert_eq!(text(sessions.decrypt(author.id, &one)).unwrap(), "one");
    assert_eq!(sessions.take_proven(), [author.id]);
    let forged = author.forged(0, 9);
    assert_eq!(
        give_from(&mut sessions, author.id, &forged, 55),
        ImportOutcome::Refused
    );

    let Some(Change::Put(record)) = sessions.change(author.id) else {
        panic!("it is kept");
    };
    let mut restored = InboundSessions::restore(&[record]);
    assert!(restored.is_trusted(author.id));
    assert_eq!(text(restored.decrypt(author.id, &one)).unwrap(), "one");
}

#[test]
fn a_session_that_two_devices_announce_is_two() {
    let mut author = author();
    let one = author.write("one");
    let other = SessionRef {
        device: DeviceId::from_bytes([7; 16]),
        ..author.id
    };
    let mut sessions = InboundSessions::default();
    let forged = author.forged_from(0);
    give(&mut sessions, other, &forged);
    give(&mut sessions, author.id, &author.key_from(0));
    assert_eq!(text(sessions.decrypt(author.id, &one)).unwrap(), "one");
    assert!(text(sessions.decrypt(other, &one)).is_err());
}
