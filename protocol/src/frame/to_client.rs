//! Frames from relay to client.

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
    /// The first frame: sign this.
    Challenge {
        /// Random, used once.
        nonce: Nonce,
    },
    /// The hello was accepted. Everything after the client's positions follows.
    Welcome(Welcome),
    /// A request was carried out.
    Response {
        /// Of which request.
        id: RequestId,
        /// What came of it.
        response: Response,
    },
    /// A request was refused. Nothing changed.
    Refused {
        /// Of which request.
        id: RequestId,
        /// Why.
        error: ApiError,
    },
    /// Entries of the community log.
    Log {
        /// Number of the first.
        from: u64,
        /// In order.
        entries: Vec<Entry>,
    },
    /// Items of a channel.
    Items(ChannelPage),
    /// Mail, oldest first.
    Mail {
        /// In order.
        items: Vec<InboundMail>,
    },
    /// Who is in a voice channel now.
    Roster(Roster),
    /// Who is connected, when asked for by `watch`. Sent whole at each change, at most once a second.
    Presence {
        /// Members with a connected device, at most [`crate::limits::MAX_PRESENCE_USERS`].
        online: Vec<UserId>,
    },
    /// Somebody writes in the watched channel.
    Typing {
        /// Where.
        channel: ChannelId,
        /// Who.
        user: UserId,
    },
    /// Few one-time keys are left at the relay.
    PrekeyCount {
        /// How many.
        one_time: u32,
        /// Whether a fallback key is there that was not handed out yet.
        fresh_fallback: bool,
    },
    /// The connection ends, and why.
    Closing {
        /// Why.
        error: ApiError,
    },
    /// Answer to a `ping`.
    Pong,
}

/// The state of things at the start of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The log's head at the relay.
    pub head: Head,
    /// The relay's clock.
    pub now: Millis,
    /// Where each channel that the member may read ends.
    pub channels: Vec<ChannelPosition>,
    /// Where the mailbox ends.
    pub mailbox: u64,
    /// Every voice channel with somebody in it.
    pub rosters: Vec<Roster>,
    /// One-time keys of this device at the relay.
    pub one_time_keys: u32,
    /// Whether a fallback key is there that was not handed out yet.
    pub fresh_fallback: bool,
}

/// Where a channel ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelPosition {
    /// Which channel.
    pub channel: ChannelId,
    /// Number of its last item, 0 if it has none.
    pub last: u64,
}

/// A stretch of a channel without holes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelPage {
    /// Which channel.
    pub channel: ChannelId,
    /// The place before the first item: items are `after + 1`, `after + 2`, …
    pub after: u64,
    /// In order.
    pub items: Vec<ChannelItem>,
    /// Announcements from before the page whose sessions are used in it (at a first page and in history).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub announcements: Vec<ChannelItem>,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// Nothing to tell.
    Done,
    /// The entry is in the log.
    Appended {
        /// Its number.
        seq: u64,
    },
    /// The item is in the channel.
    Posted {
        /// Its number.
        seq: u64,
        /// The relay's clock when it was taken.
        at: Millis,
    },
    /// The mail is on its way, or waits.
    MailSent {
        /// Devices in whose mailbox the member's share, or all of it, is taken: mail to them was not kept.
        full: Vec<DeviceId>,
    },
    /// Keys of devices.
    Prekeys {
        /// One for each device that has any.
        prekeys: Vec<ClaimedPrekey>,
    },
    /// The channel's new items come from now on.
    Subscribed {
        /// The last place in it.
        last: u64,
    },
    /// A page of a channel.
    Page(ChannelPage),
    /// How to reach STUN and TURN.
    IceServers(IceServers),
}
