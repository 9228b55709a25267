//! The sessions that are announced in a channel: who announced them, where, and in sight of which log.

use parley_protocol::channel::{Announcement, ChannelItem, ItemContent, SignedAnnouncement};
use parley_protocol::ids::{ChannelId, DeviceId};

use super::Channels;
use crate::engine::context::Cx;
use crate::engine::wish::Wish;
use crate::megolm::SessionRef;
use crate::timeline::StoredItem;

impl Channels {
    pub(super) fn take_announcement(
        &mut self,
        channel: ChannelId,
        author: DeviceId,
        announcement: SignedAnnouncement,
        seq: u64,
        cx: &mut Cx<'_>,
    ) {
        let body = self.note_announcement(channel, author, &announcement, seq, cx);
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        timeline.forget_at(seq);
        let stored = match body {
            Some(body) => {
                let stored = StoredItem::Announcement {
                    device: author,
                    session: body.session,
                    first_index: body.first_index,
                    previous: body.previous,
                };
                if let Some((device, link)) = stored.as_link() {
                    timeline.link(seq, device, link);
                }
                stored
            }
            None if cx.log.devices().contains_key(&author) => StoredItem::Void,
            None if timeline.keep_unverified(seq, author, announcement.clone()) => {
                StoredItem::Unverified {
                    device: author,
                    announcement,
                }
            }
            None => StoredItem::Void,
        };
        self.store_item(channel, seq, &stored, cx);
    }

    /// Notes the announcements that a page shows from before it.
    pub(super) fn note_earlier_announcements(
        &mut self,
        channel: ChannelId,
        items: &[ChannelItem],
        last: u64,
        cx: &mut Cx<'_>,
    ) {
        for item in items.iter().filter(|item| item.seq <= last) {
            if let ItemContent::Announcement(announcement) = &item.content {
                self.note_announcement(channel, item.author, announcement, item.seq, cx);
            }
        }
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.reconcile();
        }
    }

    /// Notes an announcement if its device really signed it for this channel, and holds the session.
    pub(super) fn note_announcement(
        &mut self,
        channel: ChannelId,
        author: DeviceId,
        announcement: &SignedAnnouncement,
        seq: u64,
        cx: &mut Cx<'_>,
    ) -> Option<Announcement> {
        let body = announcement.parse_body().ok()?;
        let device = cx.log.devices().get(&author)?;
        announcement.verify(&device.ed25519, &body.session).ok()?;
        if body.community != cx.log.id() || body.channel != channel || body.device != author {
            return None;
        }
        let in_our_log = cx.check_named_head(author, body.head);
        let rose = self.inbound.announce(&body, seq, in_our_log);
        let session = SessionRef::of(&body);
        self.store_inbound(session, cx);
        cx.output.wish(Wish::NoteAnnounced(session));
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.claim(seq, author, body.session);
            timeline.note_heads_rose(rose);
        }
        Some(body)
    }

    pub(super) fn store_inbound(&mut self, session: SessionRef, cx: &mut Cx<'_>) {
        if let Some(change) = self.inbound.change(session) {
            cx.output.store(change);
        }
    }
}
