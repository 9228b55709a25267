//! What the engine gives out: things for a driver to do, in order, and word of what changed.

use parley_protocol::error::ApiError;
use parley_protocol::ids::{ChannelId, DeviceId, EntryId};
use parley_protocol::voice::IceServers;

use crate::call::{CallEffect, CallEnd};
use crate::store::Change;
use crate::verification::VerificationMessage;

/// Something for the driver to do. Effects are carried out one after the other, in order.
#[derive(Clone, PartialEq)]
pub enum Effect {
    /// Keep these changes, all or none, and finish before the next effect: what follows may send what
    /// depends on them.
    Store(Vec<Change>),
    /// Open the socket; answer with `handle_connected` or `handle_connect_failed`.
    Connect {
        /// The relay refused the last access token, so a new one is needed even if its time is not over.
        new_token: bool,
    },
    /// Close the socket. No answer.
    Disconnect,
    /// Send a frame on the socket.
    Send(String),
    /// Look for keys of sessions in [`crate::store::Table::Archive`]: every record whose key begins with one of these.
    /// Answer with [`crate::Engine::handle_found`].
    Find {
        /// Beginnings of keys.
        keys: Vec<String>,
    },
    /// Look for what is between these two keys in [`crate::store::Table::Items`], both included. Answer with
    /// [`crate::Engine::handle_found_items`], also if there is nothing.
    FindItems {
        /// The channel.
        channel: ChannelId,
        /// The first key.
        first: String,
        /// The last key.
        last: String,
        /// Only so many of them, those with the last keys.
        newest: Option<u32>,
    },
    /// Something for the browser's peer connections.
    Call(CallEffect),
    /// Something to show has changed.
    Event(Event),
}

impl std::fmt::Debug for Effect {
    /// A frame may hold an access token, so only its length is shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(changes) => f.debug_tuple("Store").field(changes).finish(),
            Self::Connect { new_token } => f
                .debug_struct("Connect")
                .field("new_token", new_token)
                .finish(),
            Self::Disconnect => f.write_str("Disconnect"),
            Self::Send(text) => write!(f, "Send({} bytes)", text.len()),
            Self::Find { keys } => f.debug_struct("Find").field("keys", keys).finish(),
            Self::FindItems {
                channel,
                first,
                last,
                newest,
            } => f
                .debug_struct("FindItems")
                .field("channel", channel)
                .field("first", first)
                .field("last", last)
                .field("newest", newest)
                .finish(),
            Self::Call(effect) => f.debug_tuple("Call").field(effect).finish(),
            Self::Event(event) => f.debug_tuple("Event").field(event).finish(),
        }
    }
}

/// What changed. The values are read from the engine's views.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The connection to the relay.
    Connection,
    /// The community log: members, channels, roles, invites.
    Community,
    /// A channel's timeline or outbox.
    Timeline(ChannelId),
    /// How much of the past is in the store.
    Past,
    /// Rosters, or the state of one's own call.
    Voice,
    /// Values that all devices of the member share.
    AccountData,
    /// The community's emoji, or what waits to change them.
    Emoji,
    /// Direct conversations, who is in them, whether they are wanted.
    Direct,
    /// Who is online.
    Presence,
    /// Who writes in a channel.
    Typing(ChannelId),
    /// The warnings, or what is held back because of the log.
    Alerts,
    /// An entry that was asked for is in the log.
    Appended {
        /// The entry's id, as [`crate::engine::Engine::append`] gave it.
        entry: EntryId,
    },
    /// An entry that was asked for was refused.
    AppendRefused {
        /// The entry's id, as [`crate::engine::Engine::append`] gave it.
        entry: EntryId,
        /// What the relay answered.
        error: ApiError,
    },
    /// Joining the voice channel was refused.
    VoiceRefused {
        /// What the relay answered.
        error: ApiError,
    },
    /// One's own stay in a voice channel was ended, not by the person.
    VoiceEnded {
        /// Why.
        why: CallEnd,
    },
    /// STUN and TURN servers that were asked for outside of a call, to try them.
    IceServers(IceServers),
    /// A device says something for [`crate::verification::Verification::handle_message`].
    Verification {
        /// The device, which the log names.
        from: DeviceId,
        /// What it says.
        message: VerificationMessage,
    },
    /// This device can no longer connect as it is.
    SignedOut(SignedOut),
}

/// Why a device can no longer connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedOut {
    /// The session is over: the password is needed.
    SessionEnded,
    /// The device was revoked, or its member removed.
    Removed,
    /// Another connection of the same device took over.
    Replaced,
}

/// Why a connection could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectFailure {
    /// No answer, or none that makes sense: try again.
    Unreachable,
    /// The relay knows no session for this browser: the password is needed.
    SessionEnded,
}
