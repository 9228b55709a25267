//! Frames from a client to the relay.

use serde::{Deserialize, Serialize};

use super::PresenceState;
use crate::channel::{EncryptedMessage, SignedAnnouncement, SignedRedaction};
use crate::entry::{Entry, VaultChain};
use crate::ids::{CallSessionId, ChannelId, DeviceId, MailId};
use crate::keys::Signature;
use crate::mail::{OutboundMail, Prekeys};
use crate::map::IdMap;
use crate::vault::Segment;
use crate::voice::VoiceState;

/// Pairs a response with its request. Chosen by the client, unique within one connection.
pub type RequestId = u64;

/// A frame from a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientToRelay {
    /// The first frame.
    Hello(Hello),
    /// A request, which gets exactly one response.
    Request {
        /// Id that the response repeats.
        id: RequestId,
        /// The request itself.
        request: Request,
    },
    /// Acknowledges to-device messages: the client has stored them, the relay may delete them.
    MailReceived {
        /// Sequence number in the mailbox, inclusive.
        through: u64,
    },
    /// Changes what the others in the voice channel see of this device. Ignored outside of one.
    VoiceState {
        /// The complete new state.
        state: VoiceState,
    },
    /// The member is typing. Sent at most every three seconds.
    Typing {
        /// The channel in which they type.
        channel: ChannelId,
    },
    /// What the client shows: typing is sent for this channel only, presence only while it is shown.
    Watch {
        /// The open text channel.
        channel: Option<ChannelId>,
        /// Whether the list of members is shown.
        presence: bool,
    },
    /// Changes what others are told of this device's member. Of several changes in a short time the last one counts.
    Presence {
        /// The new state.
        state: PresenceState,
    },
    /// Requests a `pong`.
    Ping,
}

/// Authenticates the connection, and says from where to resume.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// A valid access token of the device's member.
    pub access_token: String,
    /// The connecting device.
    pub device: DeviceId,
    /// Signature by the device key, over [`crate::signing::socket`].
    pub signature: Signature,
    /// Where to resume.
    pub positions: Positions,
    /// What others are told of the member from the start, so that a hidden one never shows.
    #[serde(default, skip_serializing_if = "PresenceState::is_online")]
    pub presence: PresenceState,
}

impl std::fmt::Debug for Hello {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            access_token: _,
            device,
            signature: _,
            positions,
            presence: _,
        } = self;
        f.debug_struct("Hello")
            .field("device", device)
            .field("positions", positions)
            .finish_non_exhaustive()
    }
}

/// Positions in the streams: the last sequence number that the client has stored. 0 is none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Positions {
    /// Position in the community log.
    pub log: u64,
    /// Position in the mailbox.
    pub mailbox: u64,
    /// Position in each channel. Channels that are left out start with their newest page.
    pub channels: IdMap<ChannelId, u64>,
}

/// A request, which gets exactly one response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Appends an entry to the community log. Idempotent. -> `appended`
    Append {
        /// Signed by this device.
        entry: Entry,
    },
    /// Announces a Megolm session. Idempotent. -> `posted`
    Announce {
        /// The channel in which it will be used.
        channel: ChannelId,
        /// Signed by this device.
        announcement: SignedAnnouncement,
    },
    /// Posts a message. Idempotent by its id. -> `posted`
    Post {
        /// The channel to post in.
        channel: ChannelId,
        /// The encrypted message.
        message: EncryptedMessage,
    },
    /// Deletes a message: its author's member, or whoever may moderate messages. Idempotent. -> `done`
    Redact {
        /// The message's channel.
        channel: ChannelId,
        /// The message's sequence number.
        seq: u64,
        /// Signed by this device; takes the message's place.
        order: SignedRedaction,
    },
    /// Sends to-device messages. Idempotent by the batch's id. Unknown devices are skipped. -> `mail_sent`
    SendMail {
        /// Id of the batch, chosen by the client.
        id: MailId,
        /// At most [`crate::limits::MAX_MAIL_RECIPIENTS`].
        mail: Vec<OutboundMail>,
    },
    /// Claims a prekey of each device to start Olm sessions. Devices without keys are left out. -> `prekeys`
    ClaimPrekeys {
        /// At most [`crate::limits::MAX_MAIL_RECIPIENTS`], each once.
        devices: Vec<DeviceId>,
    },
    /// Publishes prekeys at the relay. -> `done`
    PublishPrekeys {
        /// The new keys.
        prekeys: Prekeys,
    },
    /// A page of a channel's history. -> `page`
    History {
        /// The channel to read.
        channel: ChannelId,
        /// Exclusive upper bound: the newest items with smaller sequence numbers.
        before: u64,
        /// At most [`crate::limits::MAX_PAGE_ITEMS`].
        limit: u32,
    },
    /// Starts to receive a channel that became readable, after a position, or with its newest page. -> `subscribed`
    Subscribe {
        /// The channel to subscribe to.
        channel: ChannelId,
        /// Sequence number of the last item that the client has stored.
        after: Option<u64>,
    },
    /// Joins a voice channel, leaving any other. Idempotent for the same session. -> `ice_servers`
    JoinVoice {
        /// The voice channel.
        channel: ChannelId,
        /// Id of this stay in the call.
        session: CallSessionId,
        /// What to show to the others.
        state: VoiceState,
    },
    /// Joins the room of a direct call, leaving any other and any voice channel. Whoever names a room is let in, so
    /// its id is known only to the devices that are called. Idempotent for the same session. -> `ice_servers`
    JoinRoom {
        /// Random, chosen by the calling device. No channel of the log has this id.
        room: ChannelId,
        /// Id of this stay in the call.
        session: CallSessionId,
        /// What to show to the others.
        state: VoiceState,
    },
    /// Leaves the voice channel or the room. -> `done`
    LeaveVoice,
    /// Requests fresh TURN credentials. -> `ice_servers`
    IceServers,
    /// Appends to this device's chain in its member's vault. Idempotent. -> `vault_appended`
    AppendVault {
        /// Signed by this device. Its number is greater than that of every segment before it.
        segment: Segment,
    },
    /// Drops chains of the member's other devices, which this device's chain holds by now. Idempotent. -> `done`
    CompactVault {
        /// How far each may be dropped, inclusive; at most [`crate::limits::MAX_VAULT_CHAINS_PER_NOTE`].
        chains: Vec<VaultChain>,
    },
}
