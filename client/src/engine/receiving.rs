//! A channel's items, in order and without holes: new ones as they come, older ones when asked for. What
//! an item says is found out in `reading`.

use parley_protocol::Millis;
use parley_protocol::channel::{Announcement, ChannelItem, ItemContent, SignedAnnouncement};
use parley_protocol::frame::{ChannelPage, ChannelPosition, Request};
use parley_protocol::ids::{ChannelId, DeviceId};

use super::Engine;
use super::requests::Asked;
use crate::effect::Event;
use crate::megolm::SessionRef;
use crate::sorted;
use crate::store::{Change, Table};
use crate::timeline::{Body, TimelineItem};

/// Messages of a channel that stay in the store. Older ones are fetched again when somebody scrolls up.
pub(super) const STORED_ITEMS: u64 = 500;
/// Items asked for at once when somebody scrolls up.
const HISTORY_PAGE: u32 = 100;

/// The key of a stored message.
fn item_key(channel: ChannelId, seq: u64) -> String {
    format!("{channel}/{seq:020}")
}

impl Engine {
    pub(super) fn begin_channels(&mut self, places: &[ChannelPosition]) {
        self.requests.subscribed = sorted::set(places.iter().map(|place| place.channel));
        for place in places.iter().filter(|place| place.last == 0) {
            self.timelines.entry(place.channel).or_default().started = true;
        }
        self.subscribe_to_new_channels();
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
            self.ask(Asked::Subscribe, Request::Subscribe { channel, after });
        }
    }

    pub(super) fn handle_items(&mut self, page: ChannelPage, now: Millis) {
        let channel = page.channel;
        if !self.community.channels().contains_key(&channel) {
            return self.drop_connection(now);
        }
        self.note_earlier_announcements(channel, &page.announcements, page.after);
        let timeline = self.timelines.entry(channel).or_default();
        if !timeline.started {
            timeline.started = true;
            timeline.position = page.after;
            timeline.known_after = page.after;
        }
        if page.after > timeline.position {
            return self.drop_connection(now);
        }
        for (place, item) in (1..).zip(page.items) {
            let seq = page.after.saturating_add(place);
            if item.seq != seq {
                self.store_channel(channel);
                return self.drop_connection(now);
            }
            if self
                .timelines
                .get(&channel)
                .is_some_and(|timeline| seq > timeline.position)
            {
                self.take_new_item(channel, item, now);
            }
        }
        self.store_channel(channel);
        self.output.event(Event::Timeline(channel));
        self.pump_writing(now);
    }

    fn take_new_item(&mut self, channel: ChannelId, item: ChannelItem, now: Millis) {
        let seq = item.seq;
        match item.content {
            ItemContent::Announcement(announcement) => {
                if let Some(body) = self.note_announcement(channel, item.author, &announcement, seq)
                {
                    self.begin_session(&body);
                }
            }
            ItemContent::Message(message) => {
                self.note_written(channel, &item.author);
                self.leave_outbox(channel, item.author, &message);
                let read = self.read_new(channel, seq, item.at, item.author, message, now);
                // After the relay went back: what could be read is not lost for what cannot.
                let worse = matches!(read.body, Body::Unreadable { .. })
                    && self
                        .timelines
                        .get(&channel)
                        .is_some_and(|timeline| timeline.is_read_at(seq));
                if !worse {
                    self.put_item(channel, read);
                }
            }
        }
        if let Some(old) = seq.checked_sub(STORED_ITEMS).filter(|old| *old > 0) {
            self.forget_stored(channel, old);
        }
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.position = seq;
        }
    }

    /// Takes an old message out of the store. Memory keeps it until the next start.
    fn forget_stored(&mut self, channel: ChannelId, seq: u64) {
        self.output
            .store(Change::delete(Table::Items, item_key(channel, seq)));
    }

    pub(super) fn put_item(&mut self, channel: ChannelId, item: TimelineItem) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        if item.seq.saturating_add(STORED_ITEMS) > timeline.position {
            self.output.store(Change::put(
                Table::Items,
                item_key(channel, item.seq),
                &item,
            ));
        }
        timeline.put(item);
    }

    /// Notes the announcements among items that stand at a place or before it.
    fn note_earlier_announcements(&mut self, channel: ChannelId, items: &[ChannelItem], last: u64) {
        for item in items.iter().filter(|item| item.seq <= last) {
            if let ItemContent::Announcement(announcement) = &item.content {
                self.note_announcement(channel, item.author, announcement, item.seq);
            }
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
        self.inbound.announce(&body, seq, in_our_log);
        self.store_inbound(SessionRef::of(&body));
        Some(body)
    }

    pub(super) fn store_inbound(&mut self, session: SessionRef) {
        if let Some(change) = self.inbound.change(session) {
            self.output.store(change);
        }
    }

    /// Asks for the page before what is known.
    pub fn load_older(&mut self, channel: ChannelId, _now: Millis) {
        // Who may write what is judged by the log.
        let ready = self.connection.is_open() && self.is_log_current();
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        if ready && timeline.has_older() && !timeline.loading_older {
            timeline.loading_older = true;
            let before = timeline.known_after.saturating_add(1);
            self.ask(
                Asked::History(channel),
                Request::History {
                    channel,
                    before,
                    limit: HISTORY_PAGE,
                },
            );
            self.output.event(Event::Timeline(channel));
        }
        self.output.flush();
    }

    pub(super) fn handle_history(&mut self, channel: ChannelId, page: ChannelPage, now: Millis) {
        self.note_earlier_announcements(channel, &page.announcements, page.after);
        self.note_earlier_announcements(channel, &page.items, u64::MAX);
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        timeline.loading_older = false;
        self.output.event(Event::Timeline(channel));
        let known_after = timeline.known_after;
        let places = sorted::set(page.items.iter().map(|item| item.seq));
        let whole = page.channel == channel
            && page.after < known_after
            && places.iter().copied().eq(page.after + 1..=known_after);
        if !whole {
            return;
        }
        timeline.known_after = page.after;
        for item in page.items {
            if let ItemContent::Message(message) = item.content {
                let read = self.read_old(channel, item.seq, item.at, item.author, message, now);
                self.put_item(channel, read);
            }
        }
    }

    pub(super) fn handle_history_refused(&mut self, channel: ChannelId) {
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.loading_older = false;
            self.output.event(Event::Timeline(channel));
        }
    }

    pub(super) fn pause_history(&mut self) {
        for (channel, timeline) in &mut self.timelines {
            if std::mem::take(&mut timeline.loading_older) {
                self.output.event(Event::Timeline(*channel));
            }
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
