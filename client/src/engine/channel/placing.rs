//! Whether a message may stand where it stands: its author could write there, at some entry of the log that it can
//! belong to, and it stands there once.

use parley_protocol::ids::ChannelId;

use super::Channels;
use crate::content::{MessageBody, MessageContent};
use crate::engine::context::Cx;
use crate::timeline::{Body, TimelineItem, Unreadable};

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
        let stands = timeline.and_then(|timeline| timeline.seq_of_text(item.device, item.id));
        if stands.is_some_and(|seq| seq != item.seq) {
            return refuse(item, Unreadable::Repeated);
        }
        item.at = content.at;
        item.head_seq = named;
        item.ciphertext = None;
        item.body = match content.body {
            MessageBody::Text(text) => Body::Text { text },
            MessageBody::Unknown => Body::Unreadable {
                why: Unreadable::Newer,
            },
        };
        item
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
        let session = item.session_in(channel);
        let announced = self.inbound.announced(session);
        let announced = announced.map_or(0, |announced| announced.head.seq);
        let seen = self.newest_head_before(channel, item.seq).max(named);
        let device = &item.device;
        if cx.log.is_session_over(&channel, device, announced, seen) {
            return Err(Unreadable::SessionRetired);
        }
        if !cx.log.could_write(&channel, device, announced, seen) {
            return Err(Unreadable::NotPermitted);
        }
        Ok(())
    }

    /// The newest entry of the log that anything earlier in the channel names: an honest relay knew it by then.
    pub(super) fn newest_head_before(&self, channel: ChannelId, seq: u64) -> u64 {
        let read = self.timelines.get(&channel);
        read.map_or(0, |timeline| timeline.head_before(seq))
            .max(self.inbound.head_before(channel, seq))
    }
}

pub(super) fn refuse(mut item: TimelineItem, why: Unreadable) -> TimelineItem {
    item.body = Body::Unreadable { why };
    item
}
