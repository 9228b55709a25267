//! The session with which this device writes in one channel.

use parley_protocol::Millis;
use parley_protocol::channel::{Announcement, PreviousSession, SignedAnnouncement};
use parley_protocol::entry::Head;
use parley_protocol::ids::{ChannelId, CommunityId, DeviceId};
use parley_protocol::json;
use parley_protocol::keys::{SessionId, Signature};
use parley_protocol::limits::{SESSION_MAX_AGE, SESSION_MAX_MESSAGES};
use parley_protocol::map::IdSet;
use parley_protocol::signing;
use serde::{Deserialize, Serialize};
use vodozemac::Ed25519Keypair;
use vodozemac::megolm::{
    GroupSession, GroupSessionPickle, InboundGroupSession, MegolmMessage, SessionConfig,
};
use zeroize::Zeroizing;

use super::{SessionRef, session_id};
use crate::device::DeviceKeys;

/// An outbound session and what became of it.
pub(crate) struct OutboundSession {
    session: GroupSession,
    id: SessionId,
    device: DeviceId,
    created_at: Millis,
    head: Head,
    announcement: SignedAnnouncement,
    announced: bool,
    retired: bool,
    /// Number after the last message that the relay took.
    sent: u32,
    shared_with: IdSet<DeviceId>,
    /// Those among them of which the relay has not said yet that it has the message with the key for them.
    owed: IdSet<DeviceId>,
}

/// The form in which it is kept.
#[derive(Serialize, Deserialize)]
pub(crate) struct OutboundSessionPickle {
    session: GroupSessionPickle,
    created_at: Millis,
    head: Head,
    announcement: SignedAnnouncement,
    announced: bool,
    retired: bool,
    sent: u32,
    shared_with: IdSet<DeviceId>,
    #[serde(default)]
    owed: IdSet<DeviceId>,
}

/// A message ready to send.
pub(crate) struct Encrypted {
    pub(crate) session: SessionId,
    pub(crate) ciphertext: String,
}

/// The part of a session's pickle that signs. vodozemac itself lets it sign nothing but messages and keys.
#[derive(Deserialize)]
struct SigningHalf {
    signing_key: Ed25519Keypair,
}

/// Shows that who announces the session holds its secret half.
fn prove(session: &GroupSession, body: &str) -> Option<Signature> {
    let pickle = Zeroizing::new(json::write(&session.pickle()));
    let half: SigningHalf = json::read(pickle.as_str()).ok()?;
    let signature = half.signing_key.sign(&signing::session_proof(body));
    Some(Signature::from_bytes(signature.to_bytes()))
}

impl OutboundSession {
    /// A new session, with its signed announcement and the inbound half to read one's own messages.
    pub(crate) fn start(
        me: &DeviceKeys,
        community: CommunityId,
        channel: ChannelId,
        head: Head,
        previous: Option<PreviousSession>,
        now: Millis,
    ) -> Option<(Self, InboundGroupSession)> {
        let session = GroupSession::new(SessionConfig::version_1());
        let inbound = InboundGroupSession::new(&session.session_key(), SessionConfig::version_1());
        let id = session_id(&session.session_id())?;
        let first_index = session.message_index();
        let announcement = Announcement {
            community,
            channel,
            device: me.id(),
            session: id,
            first_index,
            head,
            previous,
        };
        let body = json::write(&announcement);
        let announcement = SignedAnnouncement {
            signature: me.sign(&signing::announcement(&body)),
            proof: prove(&session, &body)?,
            body,
        };
        let outbound = Self {
            session,
            id,
            device: me.id(),
            created_at: now,
            head,
            announcement,
            announced: false,
            retired: false,
            sent: first_index,
            shared_with: IdSet::from([me.id()]),
            owed: IdSet::new(),
        };
        Some((outbound, inbound))
    }

    pub(crate) fn from_pickle(device: DeviceId, pickle: OutboundSessionPickle) -> Option<Self> {
        let OutboundSessionPickle {
            session,
            created_at,
            head,
            announcement,
            announced,
            retired,
            sent,
            shared_with,
            owed,
        } = pickle;
        let session = GroupSession::from_pickle(session);
        let id = session_id(&session.session_id())?;
        Some(Self {
            session,
            id,
            device,
            created_at,
            head,
            announcement,
            announced,
            retired,
            sent,
            shared_with,
            owed,
        })
    }

    pub(crate) fn pickle(&self) -> OutboundSessionPickle {
        OutboundSessionPickle {
            session: self.session.pickle(),
            created_at: self.created_at,
            head: self.head,
            announcement: self.announcement.clone(),
            announced: self.announced,
            retired: self.retired,
            sent: self.sent,
            shared_with: self.shared_with.clone(),
            owed: self.owed.clone(),
        }
    }

    pub(crate) fn id(&self) -> SessionId {
        self.id
    }

    /// How others name it.
    pub(crate) fn named_in(&self, channel: ChannelId) -> SessionRef {
        SessionRef {
            channel,
            device: self.device,
            session: self.id,
        }
    }

    pub(crate) fn announcement(&self) -> &SignedAnnouncement {
        &self.announcement
    }

    pub(crate) fn is_announced(&self) -> bool {
        self.announced
    }

    /// The head that its announcement names, once it is announced.
    pub(crate) fn announced_head(&self) -> Option<Head> {
        self.announced.then_some(self.head)
    }

    pub(crate) fn set_announced(&mut self) {
        self.announced = true;
    }

    pub(crate) fn retire(&mut self) {
        self.retired = true;
    }

    /// The relay took the message that was encrypted last.
    pub(crate) fn mark_sent(&mut self) {
        self.sent = self.session.message_index();
    }

    /// One of its messages stands in the channel.
    pub(crate) fn note_standing(&mut self, session: SessionId, ciphertext: &str) {
        if session == self.id
            && let Ok(message) = MegolmMessage::from_base64(ciphertext)
        {
            self.sent = self.sent.max(message.message_index().saturating_add(1));
        }
    }

    /// What the announcement of the session after this one says came before: this one, or what it replaced if
    /// the relay refused it.
    pub(crate) fn as_previous(&self) -> Option<PreviousSession> {
        if self.announced {
            return Some(PreviousSession {
                session: self.id,
                next_index: self.sent,
            });
        }
        self.announcement.parse_body().ok()?.previous
    }

    /// Whether the relay's word on its announcement is still to come: it may stand in the channel already.
    pub(crate) fn may_be_announced(&self) -> bool {
        !self.announced && !self.retired
    }

    /// Whether it must be replaced before the next message: it was used enough, is old, or was made in sight of an
    /// older log than the channel's sessions need.
    pub(crate) fn is_spent(&self, sessions_end_at: u64, now: Millis) -> bool {
        self.retired
            || self.session.message_index() >= SESSION_MAX_MESSAGES
            || now.saturating_sub(self.created_at) >= SESSION_MAX_AGE
            || self.head.seq < sessions_end_at
    }

    /// The devices among `readers` that do not have the key yet.
    pub(crate) fn lacking(&self, readers: impl Iterator<Item = DeviceId>) -> Vec<DeviceId> {
        readers
            .filter(|device| !self.shared_with.contains(device))
            .collect()
    }

    /// Whether the key went to anybody but this device.
    pub(crate) fn is_shared(&self) -> bool {
        self.shared_with.len() > 1
    }

    /// The key is on its way to these devices.
    pub(crate) fn mark_shared(&mut self, devices: &[DeviceId]) {
        self.shared_with.extend(devices.iter().copied());
        self.owed.extend(devices.iter().copied());
    }

    /// The relay has the message with the key for a device, or there is no way to it.
    pub(crate) fn end_share(&mut self, device: &DeviceId) -> bool {
        self.owed.remove(device)
    }

    /// Devices whose message with the key may have been lost in a crash.
    pub(crate) fn owed(&self) -> Vec<DeviceId> {
        self.owed.iter().collect()
    }

    /// The number that the next message gets.
    pub(crate) fn next_index(&self) -> u32 {
        self.session.message_index()
    }

    /// The first number that the relay may not have taken yet.
    pub(crate) fn first_unsent(&self) -> u32 {
        self.sent
    }

    pub(crate) fn encrypt(&mut self, plaintext: &[u8]) -> Encrypted {
        let message = self.session.encrypt(plaintext);
        Encrypted {
            session: self.id,
            ciphertext: message.to_base64(),
        }
    }
}
