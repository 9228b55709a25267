//! The board: the channel that carries what concerns the whole community and is no message, so that everybody reads it
//! and the relay does not.

use parley_protocol::community::{Channel, Community};
use parley_protocol::entry::{ChannelKind, History, Readers};
use parley_protocol::ids::{ChannelId, UserId};

/// The oldest text channel in which a member may write, that everybody reads from its beginning and in which nothing
/// disappears. The same for all who have the same log.
pub fn board(community: &Community, user: &UserId) -> Option<ChannelId> {
    let channels = community.channels().iter();
    channels
        .filter(|(id, channel)| is_public(channel) && community.may_write(user, id))
        .min_by_key(|(id, channel)| (channel.created_at, *id))
        .map(|(id, _)| *id)
}

fn is_public(channel: &Channel) -> bool {
    channel.kind == ChannelKind::Text
        && channel.details.readers == Readers::Everyone
        && channel.details.history == History::Shared
        && channel.details.expires_after.is_none()
}
