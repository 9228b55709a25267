//! Who may delete a message for everybody, and after what time messages disappear by themselves.

use super::Community;
use crate::entry::Permission;
use crate::ids::{ChannelId, DeviceId};

impl Community {
    /// Whether `by` could delete what `author` wrote in a channel, at sequence number `seq` of the log: with a device
    /// that was active then, as a reader of the channel, and as the author's member or with
    /// [`Permission::ModerateMessages`]. False beyond the head.
    pub fn could_delete(
        &self,
        channel: &ChannelId,
        by: &DeviceId,
        author: &DeviceId,
        seq: u64,
    ) -> bool {
        let (Some(by), Some(author), Some(found)) = (
            self.devices.get(by),
            self.devices.get(author),
            self.channels.get(channel),
        ) else {
            return false;
        };
        let user = by.user;
        let was_active = by.added_at <= seq && by.revoked_at.is_none_or(|at| seq < at);
        let read = user == self.owner || self.past.read_at(&user, channel, seq);
        let moderated = || self.had_permission(&user, Permission::ModerateMessages, seq);
        (found.created_at..=self.head().seq).contains(&seq)
            && was_active
            && read
            && (user == author.user || moderated())
    }

    /// After how many seconds a message of a channel disappears whose Megolm session was announced with a head of this
    /// sequence number. `None`: it stays. An honest relay takes nothing of a session that does not know the newest
    /// time, see [`Community::sessions_end_at`].
    pub fn expires_after_at(&self, channel: &ChannelId, seq: u64) -> Option<u32> {
        self.past.expires_after_at(channel, seq)
    }
}
