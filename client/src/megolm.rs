//! Megolm sessions: one's own, one a channel, and everybody's, to read with. State and crypto only; who
//! shares keys with whom is the engine's matter.

mod inbound;
mod outbound;

pub(crate) use inbound::{HandedKey, ImportOutcome, InboundSessions, KeySource, ReadError};
pub(crate) use outbound::OutboundSession;

use parley_protocol::channel::Announcement;
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::keys::SessionId;
use parley_protocol::map::{Key, KeyBytes};
use serde::{Deserialize, Serialize};

/// A session as one device announced it in one channel. An id that two devices announce names two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct SessionRef {
    pub(crate) channel: ChannelId,
    pub(crate) device: DeviceId,
    pub(crate) session: SessionId,
}

impl Key for SessionRef {
    const LENGTH: usize = ChannelId::LENGTH + DeviceId::LENGTH + SessionId::LENGTH;

    fn pack(&self, out: &mut KeyBytes) {
        self.channel.pack(out);
        self.device.pack(out);
        self.session.pack(out);
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self {
            channel: ChannelId::unpack(bytes)?,
            device: DeviceId::unpack(bytes)?,
            session: SessionId::unpack(bytes)?,
        })
    }
}

impl SessionRef {
    pub(crate) fn of(body: &Announcement) -> Self {
        Self {
            channel: body.channel,
            device: body.device,
            session: body.session,
        }
    }

    pub(crate) fn to_key(self) -> String {
        let Self {
            channel,
            device,
            session,
        } = self;
        format!("{channel}/{device}/{session}")
    }

    /// What the keys of its records in the archive begin with.
    pub(crate) fn to_archive_prefix(self) -> String {
        format!("{}/", self.to_key())
    }

    /// The session that a record of the archive is about.
    pub(crate) fn from_archive_key(key: &str) -> Option<Self> {
        let (rest, _segment) = key.rsplit_once('/')?;
        let (session, _device) = rest.rsplit_once('/')?;
        Self::from_key(session)
    }

    pub(crate) fn from_key(key: &str) -> Option<Self> {
        let (channel, rest) = key.split_once('/')?;
        let (device, session) = rest.split_once('/')?;
        Some(Self {
            channel: channel.parse().ok()?,
            device: device.parse().ok()?,
            session: session.parse().ok()?,
        })
    }
}

/// A session id from vodozemac's text form.
fn session_id(text: &str) -> Option<SessionId> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD_NO_PAD
        .decode(text)
        .ok()?;
    Some(SessionId::from_bytes(bytes.try_into().ok()?))
}

/// The number in a message, if the session's key signed it. What the session signed in another encoding than the usual
/// one has none, for readers as for the relay.
pub(crate) fn signed_index(session: SessionId, ciphertext: &str) -> Option<u32> {
    parley_protocol::channel::signed_index(&session, ciphertext)
}
