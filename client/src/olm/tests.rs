//! Messages that come twice.

use parley_protocol::ids::UserId;
use parley_protocol::keys::{Curve25519PublicKey as PublicKey, Ed25519PublicKey};

use super::*;
use crate::rng::Rng;

struct Pair {
    me: DeviceKeys,
    other: DeviceKeys,
    device: Device,
    fallback: Curve25519PublicKey,
}

fn pair() -> Pair {
    let mut rng = Rng::from_seed([1; 32]);
    let (mut me, other) = (
        DeviceKeys::generate(&mut rng),
        DeviceKeys::generate(&mut rng),
    );
    me.account_mut().generate_fallback_key();
    let fallback = *me.account().fallback_key().values().next().unwrap();
    let device = Device {
        user: UserId::from_bytes([1; 16]),
        ed25519: Ed25519PublicKey::from_bytes(*other.account().ed25519_key().as_bytes()),
        curve25519: PublicKey::from_bytes(other.account().curve25519_key().to_bytes()),
        label: String::new(),
        added_at: 1,
        revoked_at: None,
        linked_by: None,
        vault: None,
        ended_stay: None,
    };
    Pair {
        me,
        other,
        device,
        fallback,
    }
}

impl Pair {
    /// The first message of a new session that the other starts with the fallback key.
    fn first_message(&self, text: &str) -> OlmCiphertext {
        let session = self.other.account().create_outbound_session(
            SessionConfig::version_1(),
            self.me.account().curve25519_key(),
            self.fallback,
        );
        let (message_type, bytes) = session.unwrap().encrypt(text).unwrap().to_parts();
        OlmCiphertext {
            message_type: u8::try_from(message_type).unwrap(),
            ciphertext: STANDARD_NO_PAD.encode(bytes),
        }
    }

    fn open(
        &mut self,
        sessions: &mut OlmSessions,
        message: &OlmCiphertext,
    ) -> Result<String, OpenError> {
        let from = self.other.id();
        let opened = sessions.decrypt(&mut self.me, from, &self.device, message)?;
        Ok(String::from_utf8(opened).unwrap())
    }
}

#[test]
fn mail_under_a_fallback_key_is_taken_once_also_when_newer_sessions_pushed_its_own_out() {
    let mut pair = pair();
    let mut sessions = OlmSessions::default();
    let first = pair.first_message("once");
    assert_eq!(pair.open(&mut sessions, &first).unwrap(), "once");
    assert!(pair.open(&mut sessions, &first).is_err());
    for number in 0..SESSIONS_PER_DEVICE {
        let message = pair.first_message(&number.to_string());
        assert_eq!(
            pair.open(&mut sessions, &message).unwrap(),
            number.to_string()
        );
    }
    assert_eq!(pair.open(&mut sessions, &first), Err(OpenError::Replayed));

    let Change::Put(record) = sessions.change(&pair.other.id()) else {
        panic!("it is kept");
    };
    let mut restored = OlmSessions::restore((), &[record]);
    assert_eq!(pair.open(&mut restored, &first), Err(OpenError::Replayed));
}

#[test]
fn what_is_remembered_of_one_device_has_an_end() {
    let mut pair = pair();
    let mut sessions = OlmSessions::default();
    for number in 0..STARTED_PER_DEVICE + 10 {
        let message = pair.first_message(&number.to_string());
        pair.open(&mut sessions, &message).unwrap();
    }
    let peer = sessions.peers_by_device.get(&pair.other.id()).unwrap();
    assert_eq!(peer.started.len(), STARTED_PER_DEVICE);
    assert_eq!(peer.sessions.len(), SESSIONS_PER_DEVICE);
}
