//! Whether a message is legitimate at its position: with this, clients check what the relay accepted.

use super::Community;
use crate::entry::Permission;
use crate::ids::{ChannelId, DeviceId, UserId};

impl Community {
    /// Megolm sessions of a channel that were announced with an older head than this are retired: a user or device
    /// was removed that could read it, or its messages disappear after another time since.
    pub fn sessions_end_at(&self, channel: &ChannelId) -> u64 {
        let expiry = self.past.expiry_changed_at(channel);
        self.readers_shrank_at(channel).max(expiry)
    }

    /// Sequence number of the last removal of a user or device that could read this channel.
    pub fn readers_shrank_at(&self, channel: &ChannelId) -> u64 {
        self.past.last_loss(channel)
    }

    /// Whether a Megolm session that `device` announced at sequence number `announced` of the log was retired by
    /// the time that `seen` was known in the channel. An honest relay accepts nothing of such a session after an
    /// item that names a head at or beyond `seen`; a client that finds one knows that a removed reader or device
    /// wrote with the relay's help.
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

    /// Whether an honest relay can have accepted a message of `device` in a channel: whether there is a sequence
    /// number in the log at which its user could read and write there with the device; not before `seen`, which was
    /// known by then, nor before `announced`, which its session's announcement names, nor at or after the loss of a
    /// reader that the announcement does not know of.
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
        // Heads beyond this log are only claims so far.
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
        let could = |seq: u64| {
            user == self.owner
                || (self.past.had_at(&user, Permission::SendMessages, seq)
                    && self.past.read_at(&user, channel, seq))
        };
        from <= until
            && (could(from)
                || self
                    .past
                    .changes(&user, channel, from, until)
                    .iter()
                    .any(could))
    }

    /// Whether a user had a permission when the log was at a sequence number, as owner or by a role. Says nothing of
    /// whether they were a member then: what they wrote is judged by [`Community::could_write`].
    pub fn had_permission(&self, user: &UserId, permission: Permission, seq: u64) -> bool {
        *user == self.owner || self.past.had_at(user, permission, seq.min(self.head().seq))
    }
}
