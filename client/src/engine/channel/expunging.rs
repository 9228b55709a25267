//! What was deleted for everybody does not stay on the disks of those who had it: its text goes, and what its author had
//! written in place of it. What it was in its author's chain stays.

use parley_protocol::ids::ChannelId;

use super::Channels;
use crate::engine::context::Cx;
use crate::timeline::relations::{Act, Target};
use crate::timeline::{Body, StoredItem, TimelineItem};

impl Channels {
    /// An item was put in: it may be a deletion, or a message of which one is here.
    pub(super) fn expunge_deleted(
        &mut self,
        channel: ChannelId,
        item: &TimelineItem,
        cx: &mut Cx<'_>,
    ) {
        let message = match &item.body {
            Body::Relation(relation) if relation.act == Act::Delete => relation.to,
            Body::Text { .. } | Body::Poll { .. } => item.target(),
            Body::Relation(_)
            | Body::Removed { .. }
            | Body::CustomEmoji(_)
            | Body::Status(_)
            | Body::Void
            | Body::Unreadable { .. } => return,
        };
        // Otherwise what it is judged by may change.
        if cx.is_log_whole() {
            self.expunge(channel, message, cx);
        }
    }

    fn expunge(&mut self, channel: ChannelId, message: Target, cx: &mut Cx<'_>) {
        let Some(timeline) = self.timelines.get(&channel) else {
            return;
        };
        let found = timeline.find(message);
        let found = found.filter(|item| item.is_line() && !item.is_removed());
        let Some((item, by)) = found.and_then(|item| Some((item, timeline.deleted_by(item)?)))
        else {
            return;
        };
        let edits = timeline.edits_of(item).cloned();
        let gone: Vec<TimelineItem> = std::iter::once(item.clone()).chain(edits).collect();
        for mut item in gone {
            let quiet = !item.is_line();
            item.body = Body::Removed { by, quiet };
            item.blobs = Vec::new();
            if let Some(timeline) = self.timelines.get_mut(&channel) {
                timeline.put(item.clone());
            }
            let seq = item.seq;
            self.store_item(channel, seq, &StoredItem::Message(Box::new(item)), cx);
        }
    }
}
