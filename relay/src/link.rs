//! Linking of devices: where two devices of one member meet, and for whom a token by which a new one is added is good. In
//! memory only, bounded, and gone after minutes. No HTTP, no clock.

mod meeting;
mod meetings;

use parley_protocol::Millis;
use parley_protocol::entry::{Action, Entry};
use parley_protocol::ids::{DeviceId, UserId};

pub(crate) use meetings::Meetings;

/// How long a token may be used after it was issued.
pub(crate) const TOKEN_LIFETIME: Millis = 5 * 60 * 1_000;

/// For whom a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Linked {
    pub(crate) user: UserId,
    /// The device that is to be added.
    pub(crate) device: DeviceId,
    /// The device that asked for the token.
    pub(crate) by: DeviceId,
}

impl Linked {
    /// Whether an entry adds this device and no other.
    pub(crate) fn is_added_by(&self, entry: &Entry) -> bool {
        let body = entry.parse_body().ok();
        let Some(Action::DeviceAdded {
            user,
            device,
            linked_by,
        }) = body.map(|body| body.action)
        else {
            return false;
        };
        (user, device.id, linked_by) == (self.user, self.device, Some(self.by))
    }
}
