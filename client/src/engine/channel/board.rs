//! The board: the channel into which goes what is the community's own and no message of a channel.

use parley_protocol::community::Community;
use parley_protocol::entry::{ChannelKind, History, Readers};
use parley_protocol::ids::{ChannelId, UserId};

/// The oldest open text channel that everyone reads from its beginning, whose messages stay, and in which the member may
/// write. `None`: there is none.
pub fn board(community: &Community, user: UserId) -> Option<ChannelId> {
    let channels = community.channels().iter();
    let fits = channels.filter(|(id, channel)| {
        let details = &channel.details;
        !channel.archived
            && channel.kind == ChannelKind::Text
            && details.readers == Readers::Everyone
            && details.history == History::Shared
            && details.expires_after.is_none()
            && community.may_write(&user, id)
    });
    let oldest = fits.min_by_key(|(_, channel)| channel.created_at)?;
    Some(*oldest.0)
}
