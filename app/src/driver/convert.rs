//! Between the screen's opaque ids and times and the protocol's.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};

use crate::ids;

pub fn channel_id(id: &ids::ChannelId) -> Option<ChannelId> {
    id.as_str().parse().ok()
}

/// The line of a message: its author's device, and the id that this device chose.
pub fn item_id(device: DeviceId, message: MessageId) -> ids::ItemId {
    ids::ItemId::from(format!("{device}/{message}"))
}

/// The message of a line.
pub fn message_of(item: &ids::ItemId) -> Option<(DeviceId, MessageId)> {
    let (device, message) = item.as_str().split_once('/')?;
    Some((device.parse().ok()?, message.parse().ok()?))
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
