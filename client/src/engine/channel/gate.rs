//! Who gets a session's key. One function decides for every key that is let out: asked for, shared when the
//! session is new, or still owed.

use parley_protocol::community::Community;
use parley_protocol::entry::Head;
use parley_protocol::ids::{ChannelId, DeviceId};

/// A key that may be let out to a device.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letting {
    /// Where the session is used.
    pub(super) channel: ChannelId,
    /// The head that its announcement names. `None` while it is not announced as far as this device knows.
    pub(super) announced: Option<Head>,
    /// Who is to get the key.
    pub(super) to: DeviceId,
    /// How far their log is, as far as they said.
    pub(super) their_head: u64,
}

/// What the log says to letting out a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Verdict {
    /// They may have it, from the first message on whose author knew this entry of the log. 1: all of it.
    Release {
        /// The sequence number of an entry.
        since: u64,
    },
    /// It cannot be told before the log, or the announcement, is here.
    Wait,
    /// They may not have it.
    Refuse(Why),
}

/// Why a key is not let out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Why {
    /// The announcement was made in sight of another log.
    OtherLog,
    /// The device is not a member's, or no more.
    Gone,
    /// Its user may not read the channel.
    NoReader,
}

/// Decides by the later of two heads, one's own and the announced one: a reader who was removed before the
/// session was announced is never let in by a log that does not know it yet.
pub(super) fn judge(community: &Community, letting: &Letting, is_log_whole: bool) -> Verdict {
    let Some(announced) = letting.announced else {
        return Verdict::Wait;
    };
    if !is_log_whole || letting.their_head > community.head().seq {
        return Verdict::Wait;
    }
    match community.hash_at(announced.seq) {
        None => return Verdict::Wait,
        Some(hash) if hash != announced.hash => return Verdict::Refuse(Why::OtherLog),
        Some(_) => {}
    }
    let Some(device) = community.active_device(&letting.to) else {
        return Verdict::Refuse(Why::Gone);
    };
    match community.reads_since(&device.user, &letting.channel) {
        None => Verdict::Refuse(Why::NoReader),
        // All of it was written in sight of their coming.
        Some(since) if since <= announced.seq => Verdict::Release { since: 1 },
        Some(since) => Verdict::Release { since },
    }
}
