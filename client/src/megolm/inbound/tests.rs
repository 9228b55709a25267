//! Keys that others pass on, good and forged.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use vodozemac::megolm::GroupSession;

use super::super::signed_index;
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
        let mut bytes = STANDARD_NO_PAD.decode(self.key_from(index)).unwrap();
        for byte in &mut bytes[10..100] {
            *byte ^= 0x55;
        }
        STANDARD_NO_PAD.encode(bytes)
    }
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
    assert_eq!(sessions.import(author.id, &late), ImportOutcome::Better);
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
    sessions.import(author.id, &late);
    assert_eq!(sessions.import(author.id, &late), ImportOutcome::Known);
    assert_eq!(sessions.import(author.id, &early), ImportOutcome::Better);
    assert_eq!(sessions.import(author.id, &late), ImportOutcome::Known);
    assert_eq!(text(sessions.decrypt(author.id, &one)).unwrap(), "one");
}

#[test]
fn a_key_of_another_session_is_refused() {
    let (mut author, mut other) = (author(), author());
    let mut sessions = InboundSessions::default();
    let key = other.key_from(0);
    assert_eq!(sessions.import(author.id, &key), ImportOutcome::Refused);
    for garbage in ["", "?", "AQAA", &author.key_from(0)[..50]] {
        assert_eq!(sessions.import(author.id, garbage), ImportOutcome::Refused);
    }
    assert!(!sessions.has_key(author.id));
}

#[test]
fn a_forged_key_is_dropped_when_it_does_not_fit_and_the_right_one_is_taken() {
    let mut author = author();
    let one = author.write("one");
    let mut sessions = InboundSessions::default();
    let (forged, right) = (author.forged_from(0), author.key_from(0));
    assert_eq!(sessions.import(author.id, &forged), ImportOutcome::Better);
    assert_eq!(
        text(sessions.decrypt(author.id, &one)),
        Err(ReadError::KeyMissing)
    );
    assert_eq!(sessions.import(author.id, &right), ImportOutcome::Better);
    assert_eq!(text(sessions.decrypt(author.id, &one)).unwrap(), "one");
}

#[test]
fn a_forged_earlier_key_does_not_push_out_a_right_one() {
    let mut author = author();
    let (_, two) = (author.write("one"), author.write("two"));
    let mut sessions = InboundSessions::default();
    let (forged, right) = (author.forged_from(0), author.key_from(1));
    sessions.import(author.id, &right);
    assert_eq!(sessions.import(author.id, &forged), ImportOutcome::Refused);
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
fn a_flood_of_keys_that_nobody_announced_has_an_end() {
    let mut sessions = InboundSessions::default();
    let key = author().key_from(0);
    for number in 0..UNANNOUNCED_KEYS {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&number.to_be_bytes());
        let session = SessionId::from_bytes(id);
        sessions.unannounced.insert(of(session));
    }
    let bytes = STANDARD_NO_PAD.decode(&key).unwrap();
    let id: [u8; 32] = bytes[bytes.len() - 32..].try_into().unwrap();
    assert_eq!(
        sessions.import(of(SessionId::from_bytes(id)), &key),
        ImportOutcome::Refused
    );
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
    sessions.import(other, &forged);
    sessions.import(author.id, &author.key_from(0));
    assert_eq!(text(sessions.decrypt(author.id, &one)).unwrap(), "one");
    assert!(text(sessions.decrypt(other, &one)).is_err());
}
