//! Frames from the relay to a client.

use serde::{Deserialize, Serialize};

use super::RequestId;
use crate::Millis;
use crate::channel::ChannelItem;
use crate::entry::{Entry, Head};
use crate::error::ApiError;
use crate::ids::{ChannelId, DeviceId, UserId};
use crate::keys::Nonce;
use crate::mail::{ClaimedPrekey, InboundMail};
use crate::voice::{IceServers, Roster};

/// A frame from the relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelayToClient {
    /// The first frame: the client signs it in its hello.
    Challenge {
        /// Random, used once.
        nonce: Nonce,
    },
    /// The hello was accepted. Everything after the client's positions follows.
    Welcome(Welcome),
    /// A request was carried out.
    Response {
        /// Id of the request.
        id: RequestId,
        /// The result; which variant, is said at each request.
        response: Response,
    },
    /// A request was refused. Nothing changed.
    Refused {
        /// Id of the request.
        id: RequestId,
        /// Why it was refused.
        error: ApiError,
    },
    /// Entries of the community log.
    Log {
        /// Sequence number of the first entry.
        from: u64,
        /// Consecutive entries.
        entries: Vec<Entry>,
    },
    /// Items of a channel.
    Items(ChannelPage),
    /// To-device messages.
    Mail {
        /// Ascending by sequence number; transient ones have none.
        items: Vec<InboundMail>,
    },
    /// The participants of a voice channel, at each change.
    Roster(Roster),
    /// The connected members, as requested by `watch`. Sent as a whole at each change, at most once a second. Each
    /// member is in one of the lists, which together have at most [`crate::limits::MAX_PRESENCE_USERS`].
    Presence {
        /// Members who are here at one of their devices.
        online: Vec<UserId>,
        /// Members who are away from all their devices.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        away: Vec<UserId>,
        /// Members of whom a device says not to disturb them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        do_not_disturb: Vec<UserId>,
    },
    /// A member is typing in the watched channel.
    Typing {
        /// The watched channel.
        channel: ChannelId,
        /// The typing member.
        user: UserId,
    },
    /// Few one-time keys are left at the relay.
    PrekeyCount {
        /// Number of one-time keys left.
        one_time: u32,
        /// Whether the relay has a fallback key that was not handed out yet.
        fresh_fallback: bool,
    },
    /// The last frame: the connection is being closed.
    Closing {
        /// Why the relay closes the connection.
        error: ApiError,
    },
    /// Answer to `ping`.
    Pong,
}

/// The relay's state at the start of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The relay's head of the log.
    pub head: Head,
    /// The relay's clock.
    pub now: Millis,
    /// The last sequence number of each channel that the member may read.
    pub channels: Vec<ChannelPosition>,
    /// The last sequence number in the mailbox.
    pub mailbox: u64,
    /// Every voice channel with participants.
    pub rosters: Vec<Roster>,
    /// Number of this device's one-time keys at the relay.
    pub one_time_keys: u32,
    /// Whether the relay has a fallback key that was not handed out yet.
    pub fresh_fallback: bool,
}

/// The end of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelPosition {
    /// The channel whose end this is.
    pub channel: ChannelId,
    /// Sequence number of its last item, 0 if it has none.
    pub last: u64,
}

/// Consecutive items of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelPage {
    /// The channel that all items belong to.
    pub channel: ChannelId,
    /// The sequence number before the first item: items are `after + 1`, `after + 2`, …
    pub after: u64,
    /// Ascending by sequence number, without gaps.
    pub items: Vec<ChannelItem>,
    /// Announcements from before the page whose sessions are used in it (in the first page and in history).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub announcements: Vec<ChannelItem>,
}

/// The result of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// Done; there is no result.
    Done,
    /// The entry is in the log.
    Appended {
        /// Its sequence number.
        seq: u64,
    },
    /// The item is in the channel.
    Posted {
        /// Its sequence number.
        seq: u64,
        /// The relay's clock when it accepted the item.
        at: Millis,
    },
    /// The to-device messages are delivered or stored.
    MailSent {
        /// Devices whose mailbox has no room for this member: their messages were not stored.
        full: Vec<DeviceId>,
    },
    /// Claimed prekeys.
    Prekeys {
        /// One for each device that has any.
        prekeys: Vec<ClaimedPrekey>,
    },
    /// New items of the channel are sent from now on.
    Subscribed {
        /// Sequence number of its last item.
        last: u64,
    },
    /// A page of history.
    Page(ChannelPage),
    /// The segment is in the vault.
    VaultAppended {
        /// Whether it names the segment before it as the relay has it. If not, readers see a gap in the chain.
        follows: bool,
    },
    /// STUN and TURN servers.
    IceServers(IceServers),
}
