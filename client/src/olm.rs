//! Olm sessions with other devices. Encrypts and decrypts; who sends what is the engine's matter.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use litemap::LiteMap;
use parley_protocol::community::Device;
use parley_protocol::ids::{CommunityId, DeviceId};
use parley_protocol::mail::{ClaimedPrekey, OlmCiphertext};
use parley_protocol::signing;
use serde::{Deserialize, Serialize};
use vodozemac::Curve25519PublicKey;
use vodozemac::olm::{OlmMessage, Session, SessionConfig, SessionPickle};

use crate::device::DeviceKeys;
use crate::store::{Change, Record, Restored, Table};

/// Sessions kept with one device. Two devices that write to each other first at the same moment have two.
const SESSIONS_PER_DEVICE: usize = 4;

/// Sessions that a device started, remembered after they gave way to newer ones: a fallback key would start
/// them again, and let old messages be read as new. An honest device starts fewer than these while a fallback key
/// is in use.
const STARTED_PER_DEVICE: usize = 64;

/// What there is with one device.
#[derive(Default)]
struct Peer {
    /// The one to write with first.
    sessions: Vec<Session>,
    /// Ids of sessions that the device started, oldest first.
    started: VecDeque<String>,
}

#[derive(Serialize, Deserialize)]
struct PeerPickle {
    sessions: Vec<SessionPickle>,
    started: VecDeque<String>,
}

/// The sessions with every device.
#[derive(Default)]
pub(crate) struct OlmSessions {
    peers_by_device: LiteMap<DeviceId, Peer>,
}

/// A key from the relay that cannot start a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StartError {
    #[error("the device did not sign this key")]
    BadSignature,
    #[error("the key is not usable")]
    BadKey,
}

/// Why a to-device message does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("not an Olm message")]
    Malformed,
    #[error("no session opens it")]
    NoSession,
    #[error("it starts a session that was started before")]
    Replayed,
}

impl Restored for OlmSessions {
    type With = ();

    fn is_made_of(record: &Record) -> bool {
        record.table == Table::OlmSessions
    }

    fn restore((): (), records: &[Record]) -> Self {
        let mut sessions = Self::default();
        for record in records {
            let (Ok(device), Some(pickle)) = (record.key.parse(), record.read::<PeerPickle>())
            else {
                continue;
            };
            let restored = pickle.sessions.into_iter().map(Session::from_pickle);
            let peer = Peer {
                sessions: restored.collect(),
                started: pickle.started,
            };
            sessions.peers_by_device.insert(device, peer);
        }
        sessions
    }
}

impl OlmSessions {
    pub(crate) fn has(&self, device: &DeviceId) -> bool {
        self.peers_by_device
            .get(device)
            .is_some_and(|peer| !peer.sessions.is_empty())
    }

    /// Starts a session with a key that the relay handed out, if the device signed it.
    pub(crate) fn start(
        &mut self,
        me: &DeviceKeys,
        community: &CommunityId,
        device: &Device,
        claimed: &ClaimedPrekey,
    ) -> Result<(), StartError> {
        let prekey = claimed.prekey;
        let message = signing::prekey(community, &claimed.device, &prekey.key, claimed.fallback);
        device
            .ed25519
            .verify(&message, &prekey.signature)
            .map_err(|_| StartError::BadSignature)?;
        let session = me
            .account()
            .create_outbound_session(
                SessionConfig::version_1(),
                Curve25519PublicKey::from_bytes(*device.curve25519.as_bytes()),
                Curve25519PublicKey::from_bytes(*prekey.key.as_bytes()),
            )
            .map_err(|_| StartError::BadKey)?;
        self.put_first(claimed.device, session);
        Ok(())
    }

    /// Encrypts with the session that heard from the device last. `None` if there is no session.
    pub(crate) fn encrypt(&mut self, device: &DeviceId, plaintext: &[u8]) -> Option<OlmCiphertext> {
        let session = self.peers_by_device.get_mut(device)?.sessions.first_mut()?;
        let (message_type, bytes) = session.encrypt(plaintext).ok()?.to_parts();
        Some(OlmCiphertext {
            message_type: u8::try_from(message_type).ok()?,
            ciphertext: STANDARD_NO_PAD.encode(bytes),
        })
    }

    /// Decrypts a message from a device, starting a session if the message does so.
    pub(crate) fn decrypt(
        &mut self,
        me: &mut DeviceKeys,
        from: DeviceId,
        device: &Device,
        encrypted: &OlmCiphertext,
    ) -> Result<Vec<u8>, OpenError> {
        let bytes = STANDARD_NO_PAD
            .decode(&encrypted.ciphertext)
            .map_err(|_| OpenError::Malformed)?;
        let message = OlmMessage::from_parts(usize::from(encrypted.message_type), &bytes)
            .map_err(|_| OpenError::Malformed)?;
        if let Some(plaintext) = self.decrypt_with_known(from, &message) {
            return Ok(plaintext);
        }
        let OlmMessage::PreKey(prekey_message) = &message else {
            return Err(OpenError::NoSession);
        };
        let id = prekey_message.session_id();
        if self.knows(&from, &id) {
            return Err(OpenError::NoSession);
        }
        if self.was_started(&from, &id) {
            return Err(OpenError::Replayed);
        }
        let identity = Curve25519PublicKey::from_bytes(*device.curve25519.as_bytes());
        let created = me
            .account_mut()
            .create_inbound_session(SessionConfig::version_1(), identity, prekey_message)
            .map_err(|_| OpenError::NoSession)?;
        self.put_first(from, created.session);
        let started = &mut self.peers_by_device.entry(from).or_default().started;
        started.push_back(id);
        if started.len() > STARTED_PER_DEVICE {
            started.pop_front();
        }
        Ok(created.plaintext)
    }

    fn decrypt_with_known(&mut self, from: DeviceId, message: &OlmMessage) -> Option<Vec<u8>> {
        let list = &mut self.peers_by_device.get_mut(&from)?.sessions;
        let (index, plaintext) = list
            .iter_mut()
            .enumerate()
            .find_map(|(index, session)| Some((index, session.decrypt(message).ok()?)))?;
        let session = list.remove(index);
        list.insert(0, session);
        Some(plaintext)
    }

    fn knows(&self, device: &DeviceId, session_id: &str) -> bool {
        let peer = self.peers_by_device.get(device);
        peer.is_some_and(|peer| {
            let mut known = peer.sessions.iter();
            known.any(|known| known.session_id() == session_id)
        })
    }

    fn was_started(&self, device: &DeviceId, session_id: &str) -> bool {
        let peer = self.peers_by_device.get(device);
        peer.is_some_and(|peer| peer.started.iter().any(|started| started == session_id))
    }

    fn put_first(&mut self, device: DeviceId, session: Session) {
        let list = &mut self.peers_by_device.entry(device).or_default().sessions;
        list.insert(0, session);
        list.truncate(SESSIONS_PER_DEVICE);
    }

    /// The change that keeps the sessions with one device.
    pub(crate) fn change(&self, device: &DeviceId) -> Change {
        let peer = self.peers_by_device.get(device);
        let sessions = peer.into_iter().flat_map(|peer| &peer.sessions);
        let pickle = PeerPickle {
            sessions: sessions.map(Session::pickle).collect(),
            started: peer.map_or_else(VecDeque::new, |peer| peer.started.clone()),
        };
        Change::put(Table::OlmSessions, device.to_string(), &pickle)
    }
}

#[cfg(test)]
mod tests;
