//! What is in channels, mailboxes and rosters. The values here are also used in the frames.

use ed25519_dalek::SigningKey;
use parley_protocol::channel::{
    Announcement, ChannelItem, EncryptedMessage, ExpiredMessage, ItemContent, PreviousSession,
    Redaction, SignedAnnouncement, SignedRedaction,
};
use parley_protocol::entry::Head;
use parley_protocol::ids::{CallSessionId, ChannelId, CommunityId, DeviceId, MessageId, UserId};
use parley_protocol::keys::{Curve25519PublicKey, Hash, SessionId, Signature};
use parley_protocol::mail::{
    ClaimedPrekey, InboundMail, OlmCiphertext, OutboundMail, Prekeys, SignedPrekey,
};
use parley_protocol::signing;
use parley_protocol::voice::{IceServers, Participant, Roster, VoiceState};

use super::book::Book;
use crate::support::people::sign;
use crate::support::{NOW, Numbers, TestDevice};

pub const CHANNEL: ChannelId = ChannelId::from_bytes([0xc1; 16]);
pub const DEVICE: DeviceId = DeviceId::from_bytes([0xd1; 16]);
pub const USER: UserId = UserId::from_bytes([0xa1; 16]);
pub const ROOM: ChannelId = ChannelId::from_bytes([0xd2; 16]);
pub const CALL: CallSessionId = CallSessionId::from_bytes([0xca; 16]);

pub fn announcement() -> SignedAnnouncement {
    let device = TestDevice::new(&mut Numbers::default());
    let session = SigningKey::from_bytes(&[0x51; 32]);
    let announcement = Announcement {
        community: CommunityId::from_bytes([0xc0; 32]),
        channel: CHANNEL,
        device: device.id,
        session: SessionId::from_bytes(session.verifying_key().to_bytes()),
        first_index: 0,
        head: Head::EMPTY,
        previous: Some(PreviousSession {
            session: SessionId::from_bytes([0x50; 32]),
            next_index: 100,
        }),
    };
    let body = serde_json::to_string(&announcement).expect("a text");
    let signature = sign(&device.key, &signing::announcement(&body));
    let signed = SignedAnnouncement {
        proof: sign(&session, &signing::session_proof(&body)),
        body,
        signature,
    };
    assert_eq!(signed.parse_body().expect("a body"), announcement);
    assert_eq!(
        signed.verify(&device.ed25519(), &announcement.session),
        Ok(())
    );
    signed
}

pub fn message() -> EncryptedMessage {
    EncryptedMessage {
        id: MessageId::from_bytes([0x11; 16]),
        session: SessionId::from_bytes([0x51; 32]),
        ciphertext: "AwgAEoABciphertext".to_owned(),
        blobs: Vec::new(),
    }
}

fn message_with_files() -> EncryptedMessage {
    EncryptedMessage {
        blobs: vec![Hash::from_bytes([0xb1; 32]), Hash::from_bytes([0xb2; 32])],
        ..message()
    }
}

fn redaction(index: Option<u32>) -> Redaction {
    let device = TestDevice::new(&mut Numbers::default());
    Redaction {
        community: CommunityId::from_bytes([0xc0; 32]),
        channel: CHANNEL,
        seq: 7,
        author: DEVICE,
        message: MessageId::from_bytes([0x11; 16]),
        session: SessionId::from_bytes([0x51; 32]),
        index,
        by: device.id,
        head: Head::EMPTY,
        quiet: index.is_none(),
    }
}

pub fn order() -> SignedRedaction {
    let device = TestDevice::new(&mut Numbers::default());
    let redaction = redaction(Some(3));
    let body = serde_json::to_string(&redaction).expect("a text");
    let signed = SignedRedaction {
        signature: sign(&device.key, &signing::redaction(&body)),
        body,
    };
    assert_eq!(signed.parse_body().expect("a body"), redaction);
    assert_eq!(signed.verify(&device.ed25519()), Ok(()));
    let as_announced = sign(&device.key, &signing::announcement(&signed.body));
    let forged = SignedRedaction {
        signature: as_announced,
        ..signed.clone()
    };
    assert!(forged.verify(&device.ed25519()).is_err());
    signed
}

fn expired() -> ExpiredMessage {
    ExpiredMessage {
        id: MessageId::from_bytes([0x11; 16]),
        session: SessionId::from_bytes([0x51; 32]),
        index: Some(3),
    }
}

pub fn item(seq: u64, content: ItemContent) -> ChannelItem {
    ChannelItem {
        seq,
        at: NOW,
        author: DEVICE,
        content,
    }
}

pub fn prekey(number: u8) -> SignedPrekey {
    SignedPrekey {
        key: Curve25519PublicKey::from_bytes([number; 32]),
        signature: Signature::from_bytes([number; 64]),
    }
}

pub fn prekeys() -> Prekeys {
    Prekeys {
        one_time: vec![prekey(1), prekey(2)],
        fallback: Some(prekey(3)),
    }
}

pub fn claimed(fallback: bool) -> ClaimedPrekey {
    ClaimedPrekey {
        device: DEVICE,
        prekey: prekey(1),
        fallback,
    }
}

pub fn outbound(transient: bool) -> OutboundMail {
    OutboundMail {
        to: DEVICE,
        message: olm(0),
        transient,
    }
}

pub fn inbound(seq: u64) -> InboundMail {
    InboundMail {
        seq,
        at: NOW,
        from: DEVICE,
        message: olm(1),
    }
}

fn olm(message_type: u8) -> OlmCiphertext {
    OlmCiphertext {
        message_type,
        ciphertext: "AwogOlm".to_owned(),
    }
}

pub fn voice_state() -> VoiceState {
    VoiceState {
        muted: true,
        deafened: false,
        speaking: false,
        hand: true,
        camera: true,
        screen: false,
    }
}

pub fn roster() -> Roster {
    Roster {
        channel: CHANNEL,
        participants: vec![Participant {
            device: DEVICE,
            user: USER,
            session: CALL,
            state: voice_state(),
        }],
    }
}

pub fn ice_servers() -> IceServers {
    IceServers {
        stun: vec!["stun:parley.example:3478".to_owned()],
        turn: vec![
            "turn:parley.example:3478?transport=udp".to_owned(),
            "turn:parley.example:3478?transport=tcp".to_owned(),
        ],
        username: "1700000600:0dHR0dHR0dHR0dHR0dHR0Q".to_owned(),
        credential: "turn-credential".to_owned(),
        expires_at: NOW + 600_000,
    }
}

#[test]
fn items_have_their_golden_texts() {
    let mut book = Book::default();
    book.add(&item(1, ItemContent::Announcement(announcement())));
    book.add(&item(2, ItemContent::Message(message())));
    book.add(&item(2, ItemContent::Message(message_with_files())));
    book.add(&item(3, ItemContent::Tombstone(order())));
    book.add(&item(4, ItemContent::Expired(expired())));
    book.has_every::<ItemContent>();
    let body = announcement().parse_body().expect("a body");
    book.add(&body);
    book.add(&Announcement {
        previous: None,
        ..body
    });
    book.add(&redaction(Some(3)));
    book.add(&redaction(None));
    book.check("channel");
}

#[test]
fn mail_has_its_golden_texts() {
    let mut book = Book::default();
    book.add(&outbound(false));
    book.add(&outbound(true));
    book.add(&inbound(7));
    book.add(&prekeys());
    book.add(&Prekeys::default());
    book.add(&claimed(true));
    book.check("mail");
}

#[test]
fn voice_has_its_golden_texts() {
    let mut book = Book::default();
    book.add(&roster());
    book.add(&VoiceState::default());
    book.add(&ice_servers());
    book.check("voice");
}
