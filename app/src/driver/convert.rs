//! Between the screen's opaque ids and times and the protocol's.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, MessageId, UserId};

use crate::ids;

pub fn channel_id(id: &ids::ChannelId) -> Option<ChannelId> {
    id.as_str().parse().ok()
}

pub fn message_id(id: &ids::ItemId) -> Option<MessageId> {
    id.as_str().parse().ok()
}

pub fn user_id(id: &ids::UserId) -> Option<UserId> {
    id.as_str().parse().ok()
}

/// Milliseconds since 1970 as the view has them.
#[expect(
    clippy::cast_precision_loss,
    reason = "times of this age are far below 2^53"
)]
pub fn millis(at: Millis) -> f64 {
    at as f64
}
