//! What a call begins with, and what it shows of its peers.

use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId};
use parley_protocol::voice::IceServers;

use super::effect::{PeerId, PeerStatus};

/// What a call begins with.
#[derive(Clone, PartialEq, Eq)]
pub struct CallConfig {
    /// This device.
    pub me: DeviceId,
    /// This stay, fresh and random.
    pub session: CallSessionId,
    /// The voice channel.
    pub channel: ChannelId,
    /// STUN and TURN.
    pub ice: IceServers,
    /// Only through TURN, so that members do not see this device's address.
    pub relay_only: bool,
}

impl std::fmt::Debug for CallConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            me,
            session,
            channel,
            ice: _,
            relay_only,
        } = self;
        f.debug_struct("CallConfig")
            .field("me", me)
            .field("session", session)
            .field("channel", channel)
            .field("relay_only", relay_only)
            .finish_non_exhaustive()
    }
}

/// One other device as the screen needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerView {
    /// Its present connection.
    pub id: PeerId,
    /// Its stay.
    pub session: CallSessionId,
    /// How the connection is.
    pub status: PeerStatus,
    /// Whether the roster names it. If not it is kept for a while, in case it comes back.
    pub in_roster: bool,
}
