//! Frames from client to relay.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::channel::{EncryptedMessage, SignedAnnouncement};
use crate::entry::Entry;
use crate::ids::{CallSessionId, ChannelId, DeviceId, MailId};
use crate::keys::Signature;
use crate::mail::{OutboundMail, Prekeys};
use crate::voice::VoiceState;

/// Pairs a response with its request. Chosen by the client, unique in one connection.
pub type RequestId = u64;

/// A frame from a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientToRelay {
    /// The first frame.
    Hello(Hello),
    /// Something that gets exactly one response.
    Request {
        /// Comes back with the response.
        id: RequestId,
        /// What is asked.
        request: Request,
    },
    /// Mail up to here is stored at the client: the relay may forget it.
    MailReceived {
        /// Position in the mailbox.
        through: u64,
    },
    /// What others see of this device in its voice channel. Ignored outside of one.
    VoiceState {
        /// All of it, anew.
        state: VoiceState,
    },
    /// The member writes in a channel. Sent at most every three seconds.
    Typing {
        /// Where.
        channel: ChannelId,
    },
    /// What is on the screen: typing is told for this channel only, presence only while wanted.
    Watch {
        /// The open text channel.
        channel: Option<ChannelId>,
        /// Whether the list of members shows.
        presence: bool,
    },
    /// Asks for a `pong`.
    Ping,
}

/// Who connects, and from where it goes on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// A live access token of the device's user.
    pub access_token: String,
    /// The device.
    pub device: DeviceId,
    /// By the device key, over [`crate::signing::socket`].
    pub signature: Signature,
    /// The last of everything that the client has stored.
    pub positions: Positions,
}

impl std::fmt::Debug for Hello {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            access_token: _,
            device,
            signature: _,
            positions,
        } = self;
        f.debug_struct("Hello")
            .field("device", device)
            .field("positions", positions)
            .finish_non_exhaustive()
    }
}

/// Positions in the streams: the number of the last item that is stored. 0 is none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Positions {
    /// In the community log.
    pub log: u64,
    /// In the mailbox.
    pub mailbox: u64,
    /// In each channel. A channel that is not named starts with its newest page.
    pub channels: BTreeMap<ChannelId, u64>,
}

/// Something that gets exactly one response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Adds an entry to the community log. Repeating it gives the same answer. -> `appended`
    Append {
        /// Signed by this device.
        entry: Entry,
    },
    /// Announces a Megolm session. Repeating it gives the same answer. -> `posted`
    Announce {
        /// Where.
        channel: ChannelId,
        /// Signed by this device.
        announcement: SignedAnnouncement,
    },
    /// Writes a message. Repeating it gives the same answer. -> `posted`
    Post {
        /// Where.
        channel: ChannelId,
        /// What.
        message: EncryptedMessage,
    },
    /// Sends mail to devices. Repeating it gives the same answer. Unknown devices are skipped. -> `mail_sent`
    SendMail {
        /// Chosen by the client.
        id: MailId,
        /// At most [`crate::limits::MAX_MAIL_RECIPIENTS`].
        mail: Vec<OutboundMail>,
    },
    /// Takes a key of each device to start Olm sessions. Devices without keys are left out. -> `prekeys`
    ClaimPrekeys {
        /// At most [`crate::limits::MAX_MAIL_RECIPIENTS`], each once.
        devices: Vec<DeviceId>,
    },
    /// Leaves keys at the relay. -> `done`
    PublishPrekeys {
        /// New ones.
        prekeys: Prekeys,
    },
    /// A page of a channel that ends before a place. -> `page`
    History {
        /// Which channel.
        channel: ChannelId,
        /// Items with smaller numbers, the newest of them.
        before: u64,
        /// At most [`crate::limits::MAX_PAGE_ITEMS`].
        limit: u32,
    },
    /// Starts to receive a channel that became readable, after a place, or its newest page. -> `done`
    Subscribe {
        /// Which channel.
        channel: ChannelId,
        /// The last item that is stored.
        after: Option<u64>,
    },
    /// Enters a voice channel, leaving any other. Repeating it with the same session is harmless. -> `ice_servers`
    JoinVoice {
        /// Which channel.
        channel: ChannelId,
        /// This stay.
        session: CallSessionId,
        /// What to show.
        state: VoiceState,
    },
    /// Leaves the voice channel. -> `done`
    LeaveVoice,
    /// Fresh credentials for TURN. -> `ice_servers`
    IceServers,
}
