//! Direct calls as the screen shows them.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, UserId};

/// Everything to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RingingView {
    /// Calls that ring, the oldest first.
    pub incoming: Vec<IncomingView>,
    /// The call that this device makes, or is in.
    pub mine: Option<MineView>,
    /// The one that ended last.
    pub ended: Option<Ended>,
}

/// A call that rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncomingView {
    /// Where.
    pub conversation: ChannelId,
    /// Its room.
    pub room: ChannelId,
    /// Who calls.
    pub by: UserId,
}

/// The call that this device makes, or is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MineView {
    /// Where.
    pub conversation: ChannelId,
    /// The room that this device is to be in.
    pub room: ChannelId,
    /// How far it is.
    pub state: MineState,
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MineState {
    /// No device of theirs has answered the ring yet.
    Calling,
    /// It rings at one of their devices.
    Rings,
    /// It was taken, and nobody else is in the room yet.
    Taken,
    /// Since then somebody else is in it.
    Talking {
        /// When it was answered.
        since: Millis,
    },
}

/// A call that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Where.
    pub conversation: ChannelId,
    /// Its room.
    pub room: ChannelId,
    /// Why.
    pub why: WhyEnded,
}

/// Why a call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyEnded {
    /// The person left it.
    ILeft,
    /// The others left it.
    TheyLeft,
    /// They did not take it.
    Declined,
    /// They are in another call.
    Busy,
    /// Nobody took it in time.
    NoAnswer,
    /// Another own device has it.
    Elsewhere,
    /// The others could not be reached any more, or one could not get into the room.
    Lost,
}
