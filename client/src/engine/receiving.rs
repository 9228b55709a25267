//! A channel's items as they come, in order and without holes. What an item says is found out in `reading`;
//! older ones are asked for in `history`.

use parley_protocol::Millis;
use parley_protocol::channel::{Announcement, ChannelItem, ItemContent, SignedAnnouncement};
use parley_protocol::frame::{ChannelPage, ChannelPosition, Request};
use parley_protocol::ids::{ChannelId, DeviceId};

use super::Engine;
use super::reading::refuse;
use super::requests::Asked;
use crate::effect::Event;
use crate::megolm::SessionRef;
use crate::sorted;
use crate::store::{Change, Table};
use crate::timeline::{Mark, StoredItem, Timeline, TimelineItem, Unreadable};

/// Messages of a channel that stay in the store. Older ones are fetched again when somebody scrolls up.
pub(super) const STORED_ITEMS: u64 = 500;

/// The key of a stored message.
fn item_key(channel: ChannelId, seq: u64) -> String {
    format!("{channel}/{seq:020}")
}

impl Engine {
    pub(super) fn begin_channels(&mut self, places: &[ChannelPosition]) {
        self.requests.subscribed = sorted::set(places.iter().map(|place| place.channel));
        for place in places {
            self.note_if_empty(place.channel, place.last);
        }
        self.subscribe_to_new_channels();
    }

    /// A channel that became readable is received from now on.
    pub(super) fn handle_subscribed(&mut self, channel: ChannelId, last: u64) {
        self.note_if_empty(channel, last);
    }

    /// No items will come from an empty channel: it is known already.
    fn note_if_empty(&mut self, channel: ChannelId, last: u64) {
        if last == 0 {
            let timeline = self.timelines.entry(channel).or_default();
            if !timeline.started {
                timeline.started = true;
                self.output.event(Event::Timeline(channel));
            }
        }
    }

    /// Asks for the channels that became readable since the welcome.
    pub(super) fn subscribe_to_new_channels(&mut self) {
        if !self.connection.is_open() {
            return;
        }
        let new: Vec<ChannelId> = self
            .readable_channels()
            .filter(|channel| !self.requests.subscribed.contains(channel))
            .collect();
        for channel in new {
            self.requests.subscribed.insert(channel);
            let after = self
                .timelines
                .get(&channel)
                .filter(|known| known.started)
                .map(|known| known.position);
            self.ask(
                Asked::Subscribe(channel),
                Request::Subscribe { channel, after },
            );
        }
    }

    pub(super) fn handle_items(&mut self, page: ChannelPage, now: Millis) {
        let channel = page.channel;
        if !self.community.channels().contains_key(&channel) {
            return self.drop_connection(now);
        }
        let timeline = self.timelines.entry(channel).or_default();
        if !timeline.started {
            timeline.started = true;
            timeline.position = page.after;
            timeline.known_after = page.after;
        }
        if page.after > timeline.position {
            return self.drop_connection(now);
        }
        self.note_earlier_announcements(channel, &page.announcements, page.after);
        let mut is_whole = true;
        for (place, item) in (1..).zip(page.items) {
            let seq = page.after.saturating_add(place);
            is_whole = item.seq == seq;
            if !is_whole {
                break;
            }
            if self
                .timelines
                .get(&channel)
                .is_some_and(|timeline| seq > timeline.position)
            {
                self.take_new_item(channel, item, now);
            }
        }
        self.settle_channel(channel, now);
        self.store_channel(channel);
        if !is_whole {
            return self.drop_connection(now);
        }
        self.output.event(Event::Timeline(channel));
        self.pump_writing(now);
    }

    fn take_new_item(&mut self, channel: ChannelId, item: ChannelItem, now: Millis) {
        let seq = item.seq;
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.position = seq;
        }
        if let Some(old) = seq.checked_sub(STORED_ITEMS).filter(|old| *old > 0) {
            self.output
                .store(Change::delete(Table::Items, item_key(channel, old)));
        }
        if let ItemContent::Message(message) = &item.content {
            self.note_written(channel, &item.author);
            self.hear_of_writing(item.author, item.at, now);
            self.leave_outbox(channel, item.author, message);
        }
        self.take_item(channel, item, now);
    }

    /// Takes an item at its place, new or from the past.
    pub(super) fn take_item(&mut self, channel: ChannelId, item: ChannelItem, now: Millis) {
        let ChannelItem {
            seq,
            at,
            author,
            content,
        } = item;
        match content {
            ItemContent::Announcement(announcement) => {
                self.take_announcement(channel, author, announcement, seq);
            }
            ItemContent::Message(message) => {
                let item = self.unread_item(seq, at, author, message);
                self.take_message(channel, item, now);
            }
        }
    }

    pub(super) fn take_announcement(
        &mut self,
        channel: ChannelId,
        author: DeviceId,
        announcement: SignedAnnouncement,
        seq: u64,
    ) {
        let body = self.note_announcement(channel, author, &announcement, seq);
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
            None if self.community.devices().contains_key(&author) => StoredItem::Void,
            None if timeline.keep_unverified(seq, author, announcement.clone()) => {
                StoredItem::Unverified {
                    device: author,
                    announcement,
                }
            }
            None => StoredItem::Void,
        };
        self.store_item(channel, seq, &stored);
    }

    fn take_message(&mut self, channel: ChannelId, item: TimelineItem, now: Millis) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        if let Some((device, link)) = item.as_link() {
            timeline.link(item.seq, device, link);
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
            self.read(channel, item, now)
        };
        self.put_item(channel, read);
    }

    pub(super) fn put_item(&mut self, channel: ChannelId, item: TimelineItem) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        let elsewhere = item
            .is_read()
            .then(|| timeline.forget_elsewhere(&item))
            .flatten();
        timeline.put(item.clone());
        if let Some(seq) = elsewhere {
            self.output
                .store(Change::delete(Table::Items, item_key(channel, seq)));
        }
        let seq = item.seq;
        self.store_item(channel, seq, &StoredItem::Message(Box::new(item)));
    }

    pub(super) fn store_item(&mut self, channel: ChannelId, seq: u64, item: &StoredItem) {
        let position = self.timelines.get(&channel).map_or(0, Timeline::position);
        if seq.saturating_add(STORED_ITEMS) > position {
            let key = item_key(channel, seq);
            self.output.store(Change::put(Table::Items, key, item));
        }
    }

    /// After a page or more of the log: judges the chains that changed, and what is read in the light of a newer
    /// head.
    pub(super) fn settle_channel(&mut self, channel: ChannelId, now: Millis) {
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.settle();
        }
        self.tell_authors(channel, now);
        self.judge_again(channel);
    }

    /// Notes the announcements that a page shows from before it.
    pub(super) fn note_earlier_announcements(
        &mut self,
        channel: ChannelId,
        items: &[ChannelItem],
        last: u64,
    ) {
        for item in items.iter().filter(|item| item.seq <= last) {
            if let ItemContent::Announcement(announcement) = &item.content {
                self.note_announcement(channel, item.author, announcement, item.seq);
            }
        }
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.settle();
        }
    }

    /// Notes an announcement if its device really signed it for this channel, and holds the session.
    pub(super) fn note_announcement(
        &mut self,
        channel: ChannelId,
        author: DeviceId,
        announcement: &SignedAnnouncement,
        seq: u64,
    ) -> Option<Announcement> {
        let body = announcement.parse_body().ok()?;
        let device = self.community.devices().get(&author)?;
        announcement.verify(&device.ed25519, &body.session).ok()?;
        if body.community != self.community.id() || body.channel != channel || body.device != author
        {
            return None;
        }
        let in_our_log = self.check_seen_head(author, body.head);
        let rose = self.inbound.announce(&body, seq, in_our_log);
        let session = SessionRef::of(&body);
        self.store_inbound(session);
        self.keys.note_announcement(session);
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.claim(seq, author, body.session);
            timeline.note_heads_rose(rose);
        }
        Some(body)
    }

    pub(super) fn store_inbound(&mut self, session: SessionRef) {
        if let Some(change) = self.inbound.change(session) {
            self.output.store(change);
        }
    }

    /// The person has read up to here.
    pub fn mark_read(&mut self, channel: ChannelId, seq: u64, _now: Millis) {
        if let Some(timeline) = self.timelines.get_mut(&channel)
            && seq > timeline.read_up_to
        {
            timeline.read_up_to = seq.min(timeline.position);
            self.store_channel(channel);
            self.output.event(Event::Timeline(channel));
        }
        self.output.flush();
    }
}
