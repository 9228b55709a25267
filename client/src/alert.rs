//! Warnings about the relay, kept until the person has seen them.

use parley_protocol::community::Rejection;
use parley_protocol::ids::{ChannelId, DeviceId};
use serde::{Deserialize, Serialize};

/// Something that an honest relay does not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// Somebody was shown another community log: their message names a head that is not in ours.
    LogFork {
        /// The device that wrote the message; nobody if the relay itself showed the other log.
        seen_by: Option<DeviceId>,
        /// The place at which the logs differ, or a later one.
        seq: u64,
    },
    /// The relay has an older log than it had.
    LogShorter {
        /// Where it ends now.
        seq: u64,
    },
    /// The relay put in an entry that the rules do not allow.
    LogInvalid {
        /// Its number.
        seq: u64,
        /// Why it is not allowed.
        rejection: Rejection,
    },
    /// A channel is shorter than it was.
    ChannelShorter,
    /// The mailbox is shorter than it was.
    MailboxShorter,
    /// The relay has a longer log than it sends.
    LogWithheld {
        /// Where it says that the log ends.
        seq: u64,
    },
    /// The relay gave out a message or session of this device of which it said that it refused it.
    RefusedButDelivered {
        /// The channel.
        channel: ChannelId,
        /// Who says so; this device itself if it saw it.
        told_by: DeviceId,
    },
    /// A page of a channel's past does not hold what was asked for.
    HistoryBroken {
        /// The channel.
        channel: ChannelId,
    },
    /// The relay named a place that nothing can have.
    ImpossiblePlace,
}
