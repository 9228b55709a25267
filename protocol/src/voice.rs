//! Rosters of voice channels, and credentials for TURN. Media never comes here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::ids::{CallSessionId, ChannelId, DeviceId, UserId};

/// What a participant shows to the others.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each a key of its own on the wire"
)]
pub struct VoiceState {
    /// The microphone is off.
    pub muted: bool,
    /// Playback is off. Implies that the microphone is off, too.
    pub deafened: bool,
    /// Speech is detected.
    pub speaking: bool,
    /// A hand is raised: somebody would like to be let speak.
    #[serde(default)]
    pub hand: bool,
    /// A camera's picture is offered to the others.
    #[serde(default)]
    pub camera: bool,
    /// A screen, window or tab is offered to the others.
    #[serde(default)]
    pub screen: bool,
}

/// One device in a voice channel.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The participating device.
    pub device: DeviceId,
    /// The device's member.
    pub user: UserId,
    /// Id of this stay in the call, chosen by the device when it joined.
    pub session: CallSessionId,
    /// What it shows to the others.
    pub state: VoiceState,
}

/// The participants of a voice channel. Sent as a whole at each change: it is small.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// The voice channel.
    pub channel: ChannelId,
    /// In the order of joining.
    pub participants: Vec<Participant>,
}

/// STUN and TURN servers of the relay, with credentials.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServers {
    /// `stun:` URLs.
    pub stun: Vec<String>,
    /// `turn:` URLs, UDP first.
    pub turn: Vec<String>,
    /// TURN username, issued to this device.
    pub username: String,
    /// TURN password.
    pub credential: String,
    /// Expiry of the credentials, by the relay's clock.
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
