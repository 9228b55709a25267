//! Whether a message may stand where it stands: its author could write there, at some entry of the log that it can
//! belong to, and it stands there once.

use parley_protocol::entry::Permission;
use parley_protocol::ids::ChannelId;

use super::Channels;
use crate::content::MessageContent;
use crate::engine::context::Cx;
use crate::timeline::mentions::calls_everyone;
use crate::timeline::relations::Act;
use crate::timeline::{Body, TimelineItem, Unreadable};

/// Either of these.
pub(super) const PINNING: &[Permission] =
    &[Permission::ModerateMessages, Permission::ManageChannels];

impl Channels {
    /// Whether what was opened may stand where it stands.
    pub(super) fn judge(
        &mut self,
        channel: ChannelId,
        mut item: TimelineItem,
        content: MessageContent,
        cx: &mut Cx<'_>,
    ) -> TimelineItem {
        let head = content.head;
        let is_in_our_log = cx.is_in_log(head);
        let named = if is_in_our_log { head.seq } else { 0 };
        let mut judged = self.check_place(channel, &item, named, cx);
        if judged.is_ok() || cx.log.active_device(&item.device).is_some() {
            cx.check_named_head(item.device, head);
        }
        item.named = Some(head);
        if item.was_not_permitted() && !is_in_our_log {
            // What allows it is not here, or does not exist.
            judged = Err(Unreadable::NotPermitted);
        }
        if let Err(why) = judged {
            if why == Unreadable::NotPermitted && is_in_our_log && cx.is_log_whole() {
                // For good: what they may do later changes nothing for what stands here now.
                item.ciphertext = None;
            }
            return refuse(item, why);
        }
        // Ids of what was not read are only the relay's word.
        let timeline = self.timelines.get(&channel);
        let stands = timeline.and_then(|timeline| timeline.seq_of_read(item.device, item.id));
        if stands.is_some_and(|seq| seq != item.seq) {
            return refuse(item, Unreadable::Repeated);
        }
        item.at = content.at;
        item.head_seq = named;
        item.ciphertext = None;
        item.body = content.body;
        // It may have come before the log that says whose device that is.
        if let Some(device) = cx.log.devices().get(&item.device) {
            item.user = device.user;
        }
        item.by_right = self.is_by_right(channel, &item, cx);
        item
    }

    /// Whether the log gave an author the right to what only some may do, at the entry that was known by then. Not yet if its author knew more of the log than is here.
    pub(super) fn is_by_right(&self, channel: ChannelId, item: &TimelineItem, cx: &Cx<'_>) -> bool {
        let rights = rights(&item.body);
        if rights.is_empty() {
            return false;
        }
        let is_ahead = item.head_seq == 0 && item.named.is_some_and(|head| head.seq > 0);
        let (announced, seen) = self.known_by(channel, item, item.head_seq);
        let known = announced.max(seen);
        let had = |right: &Permission| cx.log.had_permission(&item.user, *right, known);
        !is_ahead && known <= cx.log.head().seq && rights.iter().any(had)
    }

    /// There must be an entry of the log after which the relay may have taken the message, not before the one that it
    /// `named`.
    pub(super) fn check_place(
        &self,
        channel: ChannelId,
        item: &TimelineItem,
        named: u64,
        cx: &Cx<'_>,
    ) -> Result<(), Unreadable> {
        let (announced, seen) = self.known_by(channel, item, named);
        let device = &item.device;
        if cx.log.is_session_over(&channel, device, announced, seen) {
            return Err(Unreadable::SessionRetired);
        }
        if !cx.log.could_write(&channel, device, announced, seen) {
            return Err(Unreadable::NotPermitted);
        }
        Ok(())
    }

    /// The entry of the log that the item's session is announced with, and the newest one that was known when the relay
    /// took it.
    fn known_by(&self, channel: ChannelId, item: &TimelineItem, named: u64) -> (u64, u64) {
        let announced = self.inbound.announced(item.session_in(channel));
        let announced = announced.map_or(0, |announced| announced.head.seq);
        let before = self.newest_head_before(channel, item.seq);
        (announced, before.max(named))
    }

    /// The newest entry of the log that anything earlier in the channel names: an honest relay knew it by then.
    pub(super) fn newest_head_before(&self, channel: ChannelId, seq: u64) -> u64 {
        let read = self.timelines.get(&channel);
        read.map_or(0, |timeline| timeline.head_before(seq))
            .max(self.inbound.head_before(channel, seq))
    }
}

/// What somebody needs for what only some may do: one of these.
fn rights(body: &Body) -> &'static [Permission] {
    match body {
        Body::Relation(relation) => match relation.act {
            Act::Delete => &[Permission::ModerateMessages],
            Act::Pin | Act::Unpin => PINNING,
            Act::Edit(_) | Act::React(_) | Act::Unreact(_) | Act::Vote(_) | Act::ClosePoll => &[],
        },
        Body::CustomEmoji(_) => &[Permission::ManageChannels],
        Body::Text {
            text, forwarded, ..
        } if !forwarded && calls_everyone(text) => PINNING,
        Body::Text { .. }
        | Body::Poll { .. }
        | Body::Status(_)
        | Body::Removed { .. }
        | Body::Void
        | Body::Unreadable { .. } => &[],
    }
}

pub(super) fn refuse(mut item: TimelineItem, why: Unreadable) -> TimelineItem {
    item.body = Body::Unreadable { why };
    item
}
