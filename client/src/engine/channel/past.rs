//! The past of the channels, fetched page by page while nothing else is to do, so that it is here when somebody looks
//! for it. It goes into the store and not into memory. What can be read is read on the way; the place of each item in
//! its author's chain is checked when somebody scrolls there.

use parley_protocol::Millis;
use parley_protocol::channel::{ChannelItem, ItemContent};
use parley_protocol::community::Community;
use parley_protocol::error::ApiError;
use parley_protocol::frame::{ChannelPage, Request};
use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::map::IdSet;

use super::Channels;
use super::gone::gone_item;
use super::history::{HISTORY_PAGE, is_whole};
use super::reading::unread_item;
use super::receiving::item_key;
use super::subscriptions::readable_channels;
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::engine::output::{Asked, retry_wait};
use crate::megolm::SessionRef;
use crate::store::{Change, LOADED_ITEMS, Table};
use crate::timeline::{StoredItem, TimelineItem};

/// After a connection was made, others come first.
const BEGIN_AFTER: Millis = 5_000;
/// Between two pages: what the person does is not to be slowed down.
const PACE: Millis = 500;
/// After a page that was not as asked for.
const PAUSE: Millis = 60_000;
/// Items without their keys that are waited for. Others are read when somebody scrolls there.
const LOCKED: usize = 300;

/// How far the past is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PastProgress {
    /// Items that are in the store, or were and are gone for good. Not those whose keys are still on their way.
    pub kept: u64,
    /// Items that this member may ask for, and those in `kept`.
    pub all: u64,
}

/// What is being fetched.
#[derive(Default)]
pub(super) struct Past {
    /// Whether the store has room for it.
    is_wanted: bool,
    asked: Option<ChannelId>,
    /// When the next page is asked for. `None`: nothing is left, as far as is known.
    due: Option<Millis>,
    /// The channel of the last page: the others have their turn before it.
    last: Option<ChannelId>,
    /// Channels of which no more is asked for in this connection.
    done: IdSet<ChannelId>,
    /// What could not be read for want of a key.
    locked: Vec<(ChannelId, TimelineItem)>,
}

impl Past {
    /// There may be something to fetch.
    pub(super) fn wake(&mut self, now: Millis) {
        if self.is_wanted && self.asked.is_none() {
            self.due.get_or_insert(now.saturating_add(BEGIN_AFTER));
        }
    }

    /// A new connection.
    pub(super) fn resume(&mut self, now: Millis) {
        self.done = IdSet::new();
        self.wake(now);
    }

    /// The connection is gone, and with it the answer.
    pub(super) fn pause(&mut self) {
        self.asked = None;
        self.due = None;
    }

    pub(super) fn timeout(&self) -> Option<Millis> {
        self.due.filter(|_| self.is_wanted)
    }

    fn go_on_at(&mut self, at: Millis) {
        self.asked = None;
        self.due = Some(at);
    }
}

impl Channels {
    /// Whether the past is to be kept, as far as the store has room.
    pub(in crate::engine) fn keep_past(&mut self, is_wanted: bool, cx: &mut Cx<'_>) {
        self.past.is_wanted = is_wanted;
        if cx.is_open() {
            self.past.wake(cx.now);
        }
    }

    /// How far the past is here.
    pub(in crate::engine) fn past_progress(&self, log: &Community, me: UserId) -> PastProgress {
        let mut progress = PastProgress::default();
        for channel in readable_channels(log, me) {
            let Some(timeline) = self.timelines.get(&channel) else {
                continue;
            };
            let kept = timeline.position.saturating_sub(timeline.kept_after);
            let is_done = self.past.done.contains(&channel);
            progress.kept += kept;
            progress.all += if is_done { kept } else { timeline.position };
        }
        let locked = u64::try_from(self.past.locked.len()).unwrap_or_default();
        progress.kept = progress.kept.saturating_sub(locked);
        progress
    }

    /// Takes the oldest items out of the store, `count` at most, of the channel that has most in it.
    pub(in crate::engine) fn drop_past(&mut self, count: u64, cx: &mut Cx<'_>) {
        let spare = |timeline: &crate::timeline::Timeline| {
            let loaded = timeline.position.saturating_sub(LOADED_ITEMS);
            loaded.saturating_sub(timeline.kept_after)
        };
        let fullest = self.timelines.iter_mut().max_by_key(|(_, it)| spare(it));
        let Some((channel, timeline)) = fullest else {
            return;
        };
        let channel = *channel;
        let first = timeline.kept_after.saturating_add(1);
        let count = spare(timeline).min(count);
        timeline.kept_after = timeline.kept_after.saturating_add(count);
        for seq in first..first.saturating_add(count) {
            Self::forget_kept(channel, seq, cx);
        }
        self.store_channel(channel, cx);
    }

    /// Asks for the next page, if it is time.
    pub(in crate::engine) fn fetch_past(&mut self, cx: &mut Cx<'_>) {
        let is_due = self.past.timeout().is_some_and(|due| due <= cx.now);
        if !is_due || self.past.asked.is_some() || !cx.is_open() || !cx.is_log_whole() {
            return;
        }
        self.past.due = None;
        let Some((channel, kept_after)) = self.next_past(cx) else {
            return;
        };
        self.past.asked = Some(channel);
        self.past.last = Some(channel);
        cx.output.ask(
            Asked::Past(channel),
            Request::History {
                channel,
                before: kept_after.saturating_add(1),
                limit: HISTORY_PAGE,
            },
        );
    }

    /// The channel of which a page is missing, and up to where: they take turns.
    fn next_past(&self, cx: &Cx<'_>) -> Option<(ChannelId, u64)> {
        let missing = readable_channels(cx.log, cx.me.user).filter_map(|channel| {
            let timeline = self.timelines.get(&channel)?;
            let is_missing = timeline.kept_after > 0 && !self.past.done.contains(&channel);
            is_missing.then_some((channel, timeline.kept_after))
        });
        let missing: Vec<(ChannelId, u64)> = missing.collect();
        let next = missing
            .iter()
            .find(|(channel, _)| Some(*channel) > self.past.last);
        next.or(missing.first()).copied()
    }

    pub(in crate::engine) fn handle_past(
        &mut self,
        channel: ChannelId,
        page: ChannelPage,
        cx: &mut Cx<'_>,
    ) {
        self.past.go_on_at(cx.now.saturating_add(PACE));
        let Some(timeline) = self.timelines.get(&channel) else {
            return;
        };
        let kept_after = timeline.kept_after;
        if page.channel != channel || !is_whole(&page, kept_after) {
            // Somebody has scrolled there meanwhile, or the relay gives what was not asked for.
            return self.past.go_on_at(cx.now.saturating_add(PAUSE));
        }
        self.note_earlier_announcements(channel, &page.announcements, page.after, cx);
        self.note_earlier_announcements(channel, &page.items, kept_after, cx);
        self.judge_again(channel, cx);
        if self.is_before_me(channel, &page, cx) {
            self.past.done.insert(channel);
            return;
        }
        for item in page.items {
            self.keep_past_item(channel, item, cx);
        }
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.kept_after = page.after;
        }
        self.store_channel(channel, cx);
        cx.output.event(Event::Past);
    }

    pub(in crate::engine) fn handle_past_refused(
        &mut self,
        channel: ChannelId,
        error: &ApiError,
        cx: &Cx<'_>,
    ) {
        let wait = retry_wait(error);
        if wait.is_none() {
            self.past.done.insert(channel);
        }
        let wait = wait.unwrap_or(PACE).max(PACE);
        self.past.go_on_at(cx.now.saturating_add(wait));
    }

    /// Whether all of a page was written before this member may read.
    fn is_before_me(&self, channel: ChannelId, page: &ChannelPage, cx: &Cx<'_>) -> bool {
        let since = cx.log.reads_since(&cx.me.user, &channel).unwrap_or(1);
        let mut sessions = page.items.iter().filter_map(|item| match &item.content {
            ItemContent::Message(message) => Some(SessionRef {
                channel,
                device: item.author,
                session: message.session,
            }),
            ItemContent::Announcement(_) | ItemContent::Tombstone(_) | ItemContent::Expired(_) => {
                None
            }
        });
        let is_early = |session: SessionRef| {
            let announced = self.inbound.announced(session);
            announced.is_some_and(|announced| announced.head.seq < since)
        };
        since > 1 && sessions.all(is_early)
    }

    fn keep_past_item(&mut self, channel: ChannelId, item: ChannelItem, cx: &mut Cx<'_>) {
        let taken_at = Some(item.at.min(self.clock.at(cx.now)));
        let seq = item.seq;
        let stored = if let Some(mut gone) = gone_item(&item, cx) {
            gone.taken_at = taken_at;
            StoredItem::Message(Box::new(gone))
        } else {
            match item.content {
                ItemContent::Announcement(announcement) => StoredItem::Unverified {
                    device: item.author,
                    announcement,
                },
                ItemContent::Message(message) => {
                    let mut item = unread_item(seq, item.at, item.author, message, cx);
                    item.taken_at = taken_at;
                    // Nobody would take it out again in time.
                    if self.lasts(channel, &item, cx).is_some() {
                        return;
                    }
                    let read = self.read(channel, item, cx);
                    self.note_lasting(channel, &read.item, cx);
                    if read.lacks_key && self.past.locked.len() < LOCKED {
                        self.past.locked.push((channel, read.item.clone()));
                    }
                    StoredItem::Message(Box::new(read.item))
                }
                ItemContent::Tombstone(_) | ItemContent::Expired(_) => return,
            }
        };
        let key = item_key(channel, seq);
        cx.output.store(Change::put(Table::Items, key, &stored));
    }

    /// A session's key came: what was put into the store without it is read. Says whether anything still lacks it.
    pub(super) fn read_past_again(&mut self, session: SessionRef, cx: &mut Cx<'_>) -> bool {
        let locked = std::mem::take(&mut self.past.locked);
        let mut lacks_key = false;
        for (channel, item) in locked {
            if item.session_in(channel) != session {
                self.past.locked.push((channel, item));
                continue;
            }
            let timeline = self.timelines.get(&channel);
            // In memory it is read like everything there.
            if timeline.is_none_or(|timeline| timeline.known_after < item.seq) {
                continue;
            }
            let read = self.read(channel, item, cx);
            let key = item_key(channel, read.item.seq);
            if read.lacks_key {
                lacks_key = true;
                self.past.locked.push((channel, read.item));
                continue;
            }
            self.note_lasting(channel, &read.item, cx);
            let stored = StoredItem::Message(Box::new(read.item));
            cx.output.store(Change::put(Table::Items, key, &stored));
        }
        lacks_key
    }

    /// Takes an item out of the store. If it is wanted again, it is had from the relay.
    pub(super) fn forget_kept(channel: ChannelId, seq: u64, cx: &mut Cx<'_>) {
        cx.output
            .store(Change::delete(Table::Items, item_key(channel, seq)));
    }
}
