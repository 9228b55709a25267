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

/// Bytes in hexadecimal, two digits each.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or_default();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
