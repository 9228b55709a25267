//! Whether a message can stand where it stands: with this, clients judge what the relay took.

use super::Community;
use crate::ids::{ChannelId, DeviceId};

impl Community {
    /// The last place in the log at which somebody or some device lost the right to read this channel.
    /// Megolm sessions announced with an older head are retired.
    pub fn readers_shrank_at(&self, channel: &ChannelId) -> u64 {
        self.past.last_loss(channel)
    }

    /// Whether a Megolm session that `device` announced with a head at place `announced` could no longer be
    /// used in a channel by the time that place `seen` was known there. An honest relay takes nothing of such
    /// a session after an item that names a head at or beyond `seen`, so a client that finds one knows that
    /// a removed reader or device wrote with the relay's help.
    pub fn is_session_over(
        &self,
        channel: &ChannelId,
        device: &DeviceId,
        announced: u64,
        seen: u64,
    ) -> bool {
        let Some(device) = self.devices.get(device) else {
            return true;
        };
        let revoked = device
            .revoked_at
            .is_some_and(|at| at <= announced.max(seen));
        let retired_at = self.past.first_loss_after(channel, announced);
        revoked || retired_at.is_some_and(|at| at <= seen)
    }

    /// Whether an honest relay can have taken a message of `device` in a channel: whether there is a place in
    /// the log at which its user could read and write there with the device, not before the place `seen` that
    /// was known by then, nor before `announced`, the place that the announcement of its session names, nor at
    /// or after the loss of a reader that the announcement does not know of.
    pub fn could_write(
        &self,
        channel: &ChannelId,
        device: &DeviceId,
        announced: u64,
        seen: u64,
    ) -> bool {
        let (Some(device), Some(found)) = (self.devices.get(device), self.channels.get(channel))
        else {
            return false;
        };
        let user = device.user;
        // What is beyond this log is only a claim yet.
        let known = announced.max(seen).min(self.head().seq);
        let from = known.max(device.added_at).max(found.created_at);
        let until = [
            device.revoked_at,
            self.past.first_loss_after(channel, announced),
            self.past.archived_at(channel),
        ]
        .into_iter()
        .flatten()
        .min()
        .map_or(self.head().seq, |end| end.saturating_sub(1));
        let could = |place: u64| {
            user == self.owner
                || (self.past.sent_at(&user, place) && self.past.read_at(&user, channel, place))
        };
        from <= until
            && (could(from)
                || self
                    .past
                    .changes(&user, channel, from, until)
                    .into_iter()
                    .any(could))
    }
}
