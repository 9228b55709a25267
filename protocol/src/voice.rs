//! The roster of a voice channel, and the credentials for TURN. What is spoken never comes here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::ids::{CallSessionId, ChannelId, DeviceId, UserId};

/// What a participant shows to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VoiceState {
    /// Their microphone is off.
    pub muted: bool,
    /// They hear nothing. Implies that nobody hears them.
    pub deafened: bool,
    /// They are speaking.
    pub speaking: bool,
}

/// One device in a voice channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Which device.
    pub device: DeviceId,
    /// Whose.
    pub user: UserId,
    /// This stay, chosen by the device when it joined.
    pub session: CallSessionId,
    /// What it shows.
    pub state: VoiceState,
}

/// Who is in a voice channel. Sent whole at each change: it is small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// Which channel.
    pub channel: ChannelId,
    /// In the order of joining.
    pub participants: Vec<Participant>,
}

/// How to reach STUN and TURN at the relay.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServers {
    /// `stun:` URLs.
    pub stun: Vec<String>,
    /// `turn:` URLs, UDP first.
    pub turn: Vec<String>,
    /// For TURN, made for this device.
    pub username: String,
    /// For TURN.
    pub credential: String,
    /// When the credentials end, by the relay's clock.
    pub expires_at: Millis,
}

impl fmt::Debug for IceServers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            stun,
            turn,
            username: _,
            credential: _,
            expires_at,
        } = self;
        f.debug_struct("IceServers")
            .field("stun", stun)
            .field("turn", turn)
            .field("expires_at", expires_at)
            .finish_non_exhaustive()
    }
}
