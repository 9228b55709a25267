//! A channel's items as they come, in order and without holes. What an item says is found out in `reading`;
//! older ones are asked for in `history`.

use parley_protocol::channel::{ChannelItem, ItemContent};
use parley_protocol::frame::ChannelPage;
use parley_protocol::ids::ChannelId;

use super::Channels;
use super::gone::gone_item;
use super::placing::refuse;
use super::reading::unread_item;
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::engine::wish::Wish;
use crate::store::{Change, LOADED_ITEMS, Table};
use crate::timeline::{Mark, StoredItem, TimelineItem, Unreadable};

/// The key of a stored item.
pub(super) fn item_key(channel: ChannelId, seq: u64) -> String {
    format!("{channel}/{seq:020}")
}

impl Channels {
    pub(in crate::engine) fn handle_items(&mut self, page: ChannelPage, cx: &mut Cx<'_>) {
        let channel = page.channel;
        if !cx.log.channels().contains_key(&channel) {
            return cx.output.wish(Wish::DropConnection);
        }
        let timeline = self.timelines.entry(channel).or_default();
        if !timeline.started {
            timeline.started = true;
            timeline.position = page.after;
            timeline.known_after = page.after;
            timeline.kept_after = page.after;
            self.past.wake(cx.now);
        }
        if page.after > timeline.position {
            return cx.output.wish(Wish::DropConnection);
        }
        self.note_earlier_announcements(channel, &page.announcements, page.after, cx);
        let mut is_whole = true;
        for (index, item) in (1..).zip(page.items) {
            let seq = page.after.saturating_add(index);
            is_whole = item.seq == seq;
            if !is_whole {
                break;
            }
            if self
                .timelines
                .get(&channel)
                .is_some_and(|timeline| seq > timeline.position)
            {
                self.take_new_item(channel, item, cx);
            }
        }
        self.reconcile_channel(channel, cx);
        self.store_channel(channel, cx);
        if !is_whole {
            return cx.output.wish(Wish::DropConnection);
        }
        cx.output.event(Event::Timeline(channel));
    }

    fn take_new_item(&mut self, channel: ChannelId, item: ChannelItem, cx: &mut Cx<'_>) {
        let seq = item.seq;
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.position = seq;
            // Nobody would take it out of the store in time once it is not loaded.
            let old = seq.checked_sub(LOADED_ITEMS);
            if let Some(old) = old.filter(|old| timeline.has_due(*old)) {
                Self::forget_kept(channel, old, cx);
            }
        }
        if let ItemContent::Message(message) = &item.content {
            cx.output.wish(Wish::NoteWritten {
                channel,
                device: item.author,
                at: item.at,
            });
            self.leave_outbox(channel, item.author, message, cx);
        }
        self.take_item(channel, item, cx);
    }

    /// Takes an item, new or from the past.
    pub(super) fn take_item(&mut self, channel: ChannelId, item: ChannelItem, cx: &mut Cx<'_>) {
        if let Some(mut gone) = gone_item(&item, cx) {
            gone.taken_at = Some(item.at.min(self.clock.at(cx.now)));
            return self.take_gone(channel, gone, cx);
        }
        let ChannelItem {
            seq,
            at,
            author,
            content,
        } = item;
        match content {
            ItemContent::Announcement(announcement) => {
                self.take_announcement(channel, author, announcement, seq, cx);
            }
            ItemContent::Message(message) => {
                let mut item = unread_item(seq, at, author, message, cx);
                item.taken_at = Some(at.min(self.clock.at(cx.now)));
                self.take_message(channel, item, cx);
            }
            ItemContent::Tombstone(_) | ItemContent::Expired(_) => {}
        }
    }

    pub(super) fn take_message(&mut self, channel: ChannelId, item: TimelineItem, cx: &mut Cx<'_>) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        if let Some((device, link)) = item.as_link() {
            timeline.link(item.seq, device, link);
        }
        // What was deleted stays so, whatever the relay has kept of it.
        if timeline
            .item_at(item.seq)
            .is_some_and(TimelineItem::is_removed)
        {
            return;
        }
        // After the relay went back, it tells again what it told before. What could be read stays, if this is
        // the same, or nothing that its author signed.
        if let Some(known) = timeline.item_at(item.seq).filter(|known| known.is_read()) {
            let is_same = known.as_link() == item.as_link();
            if is_same || !item.is_signed {
                return;
            }
        }
        let repeated = timeline.mark_before(&item) == Some(Mark::Repeated);
        let read = if repeated {
            refuse(item, Unreadable::Repeated)
        } else {
            self.read(channel, item, cx).item
        };
        self.put_item(channel, read, cx);
    }

    pub(super) fn put_item(&mut self, channel: ChannelId, item: TimelineItem, cx: &mut Cx<'_>) {
        let due = self.due(channel, &item, cx);
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        let elsewhere = item
            .is_read()
            .then(|| timeline.forget_elsewhere(&item))
            .flatten();
        timeline.put(item.clone());
        timeline.set_due(item.seq, due);
        if let Some(seq) = elsewhere {
            self.forget_emoji(channel, seq, cx);
            Self::forget_kept(channel, seq, cx);
        }
        self.note_lasting(channel, &item, cx);
        let seq = item.seq;
        self.store_item(
            channel,
            seq,
            &StoredItem::Message(Box::new(item.clone())),
            cx,
        );
        self.expunge_deleted(channel, &item, cx);
    }

    /// Keeps of something that was read what counts however far back it stands.
    pub(super) fn note_lasting(
        &mut self,
        channel: ChannelId,
        item: &TimelineItem,
        cx: &mut Cx<'_>,
    ) {
        self.note_pin(channel, item, cx);
        self.note_status(channel, item, cx);
        self.note_emoji(channel, item, cx);
    }

    pub(super) fn store_item(
        &mut self,
        channel: ChannelId,
        seq: u64,
        item: &StoredItem,
        cx: &mut Cx<'_>,
    ) {
        let disappears = self.timelines.get(&channel).is_some_and(|timeline| {
            seq.saturating_add(LOADED_ITEMS) <= timeline.position && timeline.has_due(seq)
        });
        if !disappears {
            let key = item_key(channel, seq);
            cx.output.store(Change::put(Table::Items, key, item));
        }
    }

    /// After a page or more of the log: judges the chains that changed, and what is read in the light of a newer
    /// head.
    pub(super) fn reconcile_channel(&mut self, channel: ChannelId, cx: &mut Cx<'_>) {
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.reconcile();
        }
        self.tell_authors(channel, cx);
        self.judge_again(channel, cx);
    }

    /// The person has read up to here on another device, which may have received more.
    pub(in crate::engine) fn mark_read_elsewhere(
        &mut self,
        channel: ChannelId,
        seq: u64,
        cx: &mut Cx<'_>,
    ) {
        if let Some(timeline) = self.timelines.get_mut(&channel)
            && seq > timeline.read_up_to
        {
            timeline.read_up_to = seq;
            self.store_channel(channel, cx);
            cx.output.event(Event::Timeline(channel));
        }
    }

    /// The person has read up to here.
    pub(in crate::engine) fn mark_read(&mut self, channel: ChannelId, seq: u64, cx: &mut Cx<'_>) {
        if let Some(timeline) = self.timelines.get_mut(&channel)
            && seq > timeline.read_up_to
        {
            timeline.read_up_to = seq.min(timeline.position);
            self.store_channel(channel, cx);
            cx.output.event(Event::Timeline(channel));
        }
    }
}
