//! Which channels are on the screen.

use parley_client::Engine;
use parley_protocol::ids::ChannelId;

/// Whether a channel is on the screen: what this member may read. Somebody who was removed keeps what was read before.
pub fn is_shown(engine: &Engine, channel: &ChannelId) -> bool {
    let community = engine.community();
    let (me, _) = engine.me();
    match community.active_member(&me) {
        Some(_) => community.may_read(&me, channel),
        None => engine.timeline(channel).is_some(),
    }
}
