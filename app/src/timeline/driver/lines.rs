//! The lines of a window: messages, gaps and what happened between them in their order, and the outbox below.

use std::ops::Range;

use parley_client::Engine;
use parley_client::relations::Target;
use parley_client::timeline::{
    Body as EngineBody, Mark, MarkedPlace, OutboxItem, OutboxState, Timeline, TimelineItem,
    Unreadable as EngineUnreadable,
};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, UserId};

use super::extras::{Around, Rights};
use super::files::files;
use super::log_lines::{LogLine, item_of};
use super::slots::{Slots, What};
use crate::driver::convert::{item_id, millis};
use crate::ids::{self, ItemId};
use crate::timeline::store::{
    Body, Delivery, Extras, Failure, Fault, Gap, Item, ItemKind, Message, Unreadable,
};

/// What the lines of a channel are made from.
pub(super) struct Lines<'a> {
    pub(super) engine: &'a Engine,
    pub(super) channel: ChannelId,
    pub(super) home: Option<ChannelId>,
    pub(super) log: &'a [LogLine],
    pub(super) rights: Rights,
    /// A message that is about to be deleted.
    pub(super) hidden: Option<Target>,
    /// Whether messages of members whom the person blocked are not shown.
    pub(super) folds_blocked: bool,
    /// What the person saved of this channel.
    pub(super) saved: Vec<Target>,
    /// The page's own, with which links to messages begin.
    pub(super) origin: String,
}

impl<'a> Lines<'a> {
    /// All of the channel.
    pub(super) fn slots(&self, timeline: &'a Timeline) -> Slots<'a> {
        // Above the first message that is here the log's lines belong to what is not.
        let first = timeline.items().next().filter(|_| timeline.has_older());
        let since = first.map_or(0, |first| first.at);
        let (channel, home) = (self.channel, self.home);
        let log = self.log.iter();
        let (me, hidden) = (self.engine.me(), self.hidden);
        let is_hidden = move |item: &TimelineItem| {
            hidden.is_some_and(|hidden| (hidden.device, hidden.id) == (item.device, item.id))
        };
        let is_shown = move |item: &TimelineItem| {
            // What is in a thread stands there alone.
            timeline.thread_of(item).is_none()
                && timeline.summary(item, me).deleted.is_none()
                && !is_hidden(item)
        };
        Slots::new(
            timeline,
            is_shown,
            log.filter(move |line| line.at >= since && line.is_in(channel, home)),
        )
    }

    /// The lines of a stretch, and for each the sequence number up to which the channel has been seen when the line is.
    pub(super) fn build(
        &self,
        timeline: &'a Timeline,
        slots: &Slots<'_>,
        range: Range<usize>,
    ) -> (Vec<Item>, Vec<(ItemId, u64)>) {
        let mut items = Vec::with_capacity(range.len());
        let mut seqs = Vec::with_capacity(range.len());
        let all = slots.order.iter().zip(&slots.whats);
        for (slot, what) in all.skip(range.start).take(range.len()) {
            let item = match what {
                What::Message(message) => self.message(timeline, message),
                What::Gap(mark, at) => match self.gap(mark, *at) {
                    Some(gap) => gap,
                    None => continue,
                },
                What::Log(line) => self.log_line(line),
                What::Waiting(waiting) => match self.waiting(timeline, waiting) {
                    Some(line) => line,
                    None => continue,
                },
            };
            seqs.push((item.id.clone(), slot.place.seq));
            items.push(item);
        }
        (items, seqs)
    }

    /// The pinned messages that are here, newest first.
    pub(super) fn pinned(&self, timeline: &'a Timeline) -> Vec<Item> {
        let pinned = timeline.pinned(self.engine.me()).into_iter().rev();
        pinned.map(|item| self.message(timeline, item)).collect()
    }

    /// A message and what hangs off it, also what waits to be sent.
    pub(super) fn thread(&self, timeline: &'a Timeline, root: Target) -> Vec<Item> {
        let me = self.engine.me();
        let is_there = |item: &&TimelineItem| timeline.summary(item, me).deleted.is_none();
        let Some(first) = timeline.find(root).filter(is_there) else {
            return Vec::new();
        };
        let later = timeline.thread(root).filter(is_there);
        let sent = std::iter::once(first).chain(later);
        let mut items: Vec<Item> = sent.map(|item| self.message(timeline, item)).collect();
        let waiting = timeline
            .outbox()
            .filter(|item| item.body.thread() == Some(root));
        items.extend(waiting.filter_map(|item| self.waiting(timeline, item)));
        items
    }

    fn log_line(&self, line: &LogLine) -> Item {
        Item {
            id: item_of(line),
            at: millis(line.at),
            kind: ItemKind::Event(line.event(self.engine)),
        }
    }

    fn gap(&self, marked: &MarkedPlace, at: u64) -> Option<Item> {
        let fault = match marked.mark {
            Mark::Missing { count } => Fault::Missing(count),
            Mark::OutOfOrder => Fault::OutOfOrder,
            Mark::MoreThanAuthor => Fault::Refused,
            // A message that stands here for the second time says so itself.
            Mark::Repeated => return None,
        };
        let community = self.engine.community();
        let device = community.devices().get(&marked.device);
        let member = device.and_then(|device| community.members().get(&device.user));
        Some(Item {
            id: ItemId::from(format!("gap/{}/{}", marked.seq, marked.device)),
            at: millis(at),
            kind: ItemKind::Gap(Gap {
                author_name: member
                    .map(|member| member.display_name().to_owned())
                    .unwrap_or_default(),
                fault,
            }),
        })
    }

    pub(super) fn message(&self, timeline: &'a Timeline, item: &TimelineItem) -> Item {
        let summary = timeline.summary(item, self.engine.me());
        let body = match &item.body {
            _ if self.folds_blocked && self.engine.is_blocked(&item.user) => {
                Body::Unreadable(Unreadable::Blocked)
            }
            EngineBody::Removed { .. } => Body::Removed,
            EngineBody::Unreadable { why } => Body::Unreadable(unreadable(*why)),
            body @ (EngineBody::Text { .. }
            | EngineBody::Poll { .. }
            | EngineBody::Relation(_)
            | EngineBody::CustomEmoji(_)
            | EngineBody::Status(_)
            | EngineBody::Void) => Body::Text(summary.says(body).unwrap_or_default().to_owned()),
        };
        let mut id = item_id(item.device, item.id);
        if item.body == repeated() {
            // It stands here under the id of the one that it repeats.
            id = ItemId::from(format!("{id}/{}", item.seq));
        }
        let mut extras = self.around(timeline).message(item, summary);
        extras.saved = self.saved.contains(&item.target());
        if let Body::Text(text) = &body {
            extras.links = self.linked(text);
            extras.files = files(&self.place(), &id, item.files(), true);
        }
        let delivery = self.delivery(timeline, item);
        self.line((id, item.at), item.user, body, delivery, extras)
    }

    /// How far an own message of a conversation has come. That everybody has it is said of the newest one alone.
    fn delivery(&self, timeline: &Timeline, item: &TimelineItem) -> Delivery {
        let Some(delivery) = self.engine.delivery(&self.channel, item) else {
            return Delivery::Sent;
        };
        let mut newest = timeline.items().rev().filter(|it| it.user == item.user);
        let is_newest = newest.next().is_some_and(|newest| newest.seq == item.seq);
        match delivery.reached {
            0 => Delivery::AtRelay,
            reached if reached < delivery.of => Delivery::WithSome,
            _ if is_newest => Delivery::Arrived,
            _ => Delivery::Sent,
        }
    }

    /// What waits to be sent and is a line.
    fn waiting(&self, timeline: &'a Timeline, item: &OutboxItem) -> Option<Item> {
        let summary = timeline.summary_of_waiting(item, self.engine.me());
        let text = summary.says(&item.body)?.to_owned();
        let delivery = match &item.state {
            OutboxState::Waiting => Delivery::Waiting,
            // Its files say how far they are.
            OutboxState::Uploading | OutboxState::Sending => Delivery::Sending,
            OutboxState::Sent => Delivery::Sent,
            OutboxState::Failed { error } => Delivery::Failed(failure(error)),
        };
        let (me, device) = self.engine.me();
        let id = item_id(device, item.id);
        let mut extras = self.around(timeline).waiting(&item.body, summary);
        extras.files = files(&self.place(), &id, item.files(), false);
        Some(self.line((id, item.at), me, Body::Text(text), delivery, extras))
    }

    fn place(&self) -> ids::ChannelId {
        ids::ChannelId::from(self.channel.to_string())
    }

    fn around(&self, timeline: &'a Timeline) -> Around<'a> {
        Around {
            engine: self.engine,
            channel: self.channel,
            timeline,
            rights: self.rights,
        }
    }

    fn line(
        &self,
        (id, at): (ItemId, u64),
        author: UserId,
        body: Body,
        delivery: Delivery,
        extras: Extras,
    ) -> Item {
        let member = self.engine.community().members().get(&author);
        let message = Message {
            author: ids::UserId::from(author.to_string()),
            author_name: member
                .map(|member| member.display_name().to_owned())
                .unwrap_or_default(),
            body,
            delivery,
            extras,
        };
        Item {
            id,
            at: millis(at),
            kind: ItemKind::Message(message),
        }
    }
}

fn repeated() -> EngineBody {
    let why = EngineUnreadable::Repeated;
    EngineBody::Unreadable { why }
}

fn unreadable(why: EngineUnreadable) -> Unreadable {
    match why {
        EngineUnreadable::KeyNotHereYet => Unreadable::KeyNotHere,
        EngineUnreadable::BeforeYouJoined => Unreadable::BeforeJoined,
        EngineUnreadable::SessionRetired => Unreadable::SessionRetired,
        EngineUnreadable::NotPermitted => Unreadable::NotPermitted,
        EngineUnreadable::NotAnnounced | EngineUnreadable::Damaged | EngineUnreadable::Repeated => {
            Unreadable::Damaged
        }
        EngineUnreadable::Newer => Unreadable::TooNew,
        EngineUnreadable::TakenAway => Unreadable::TakenAway,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what has no words of its own gets common ones"
)]
fn failure(error: &ErrorCode) -> Failure {
    match error {
        ErrorCode::TooLarge => Failure::TooLong,
        ErrorCode::NotPermitted | ErrorCode::Rejected { .. } | ErrorCode::UnknownChannel => {
            Failure::NotAllowed
        }
        ErrorCode::StorageFailed | ErrorCode::Full => Failure::RelayFull,
        ErrorCode::RateLimited { .. } => Failure::TooFast,
        _ => Failure::Refused,
    }
}
