//! The lines of a window: messages, gaps and what happened between them in their order, and the outbox below.

use parley_client::Engine;
use parley_client::timeline::{
    Body as EngineBody, Mark, MarkedPlace, OutboxItem, OutboxState, Timeline, TimelineItem,
    Unreadable as EngineUnreadable,
};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, UserId};

use super::log_lines::LogLine;
use crate::driver::convert::millis;
use crate::ids::{self, ItemId};
use crate::timeline::store::{
    Body, Delivery, Failure, Fault, Gap, Item, ItemKind, Message, Unreadable,
};

/// What the lines of a channel are made from.
pub(super) struct Lines<'a> {
    pub(super) engine: &'a Engine,
    pub(super) channel: ChannelId,
    pub(super) home: Option<ChannelId>,
    pub(super) log: &'a [LogLine],
}

impl Lines<'_> {
    /// The lines, and for each the sequence number up to which the channel has been seen when the line is.
    pub(super) fn build(
        &self,
        timeline: &Timeline,
        from: u64,
        has_older: bool,
    ) -> (Vec<Item>, Vec<(ItemId, u64)>) {
        let mut items = Vec::new();
        let mut seqs = Vec::new();
        let mut seq = 0;
        let mut put = |item: Item, seq: u64| {
            seqs.push((item.id.clone(), seq));
            items.push(item);
        };
        let shown = || timeline.items().filter(|item| item.seq >= from);
        // Above the window's first message the log's lines belong to what is not shown.
        let since = shown()
            .next()
            .filter(|_| has_older)
            .map_or(0, |first| first.at);
        let mut log = self
            .log
            .iter()
            .filter(|l| l.at >= since && l.is_in(self.channel, self.home))
            .peekable();
        let mut marks = timeline.marks().filter(|at| at.seq >= from).peekable();
        for message in shown() {
            while let Some(line) = log.next_if(|line| line.at <= message.at) {
                put(self.log_line(line), seq);
            }
            seq = message.seq;
            while let Some(mark) = marks.next_if(|mark| mark.seq <= message.seq) {
                if let Some(gap) = self.gap(&mark, message.at) {
                    put(gap, seq);
                }
            }
            put(self.message(message), seq);
        }
        for line in log {
            put(self.log_line(line), seq);
        }
        let last = timeline.items().next_back().map_or(0, |item| item.at);
        for mark in marks {
            if let Some(gap) = self.gap(&mark, last) {
                put(gap, seq);
            }
        }
        for waiting in timeline.outbox() {
            put(self.waiting(waiting), seq);
        }
        (items, seqs)
    }

    fn log_line(&self, line: &LogLine) -> Item {
        Item {
            id: ItemId::from(format!("log/{}", line.seq)),
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
                author_name: member.map(|member| member.name.clone()).unwrap_or_default(),
                fault,
            }),
        })
    }

    fn message(&self, item: &TimelineItem) -> Item {
        let body = match &item.body {
            EngineBody::Text { text } => Body::Text(text.clone()),
            EngineBody::Removed { .. } => Body::Removed,
            EngineBody::Unreadable { why } => Body::Unreadable(unreadable(*why)),
        };
        self.line(
            item.id.to_string(),
            item.at,
            item.user,
            body,
            Delivery::Sent,
        )
    }

    fn waiting(&self, item: &OutboxItem) -> Item {
        let delivery = match &item.state {
            OutboxState::Waiting => Delivery::Waiting,
            OutboxState::Sending => Delivery::Sending,
            OutboxState::Sent => Delivery::Sent,
            OutboxState::Failed { error } => Delivery::Failed(failure(error)),
        };
        let (me, _) = self.engine.me();
        self.line(
            item.id.to_string(),
            item.at,
            me,
            Body::Text(item.text.clone()),
            delivery,
        )
    }

    fn line(&self, id: String, at: u64, author: UserId, body: Body, delivery: Delivery) -> Item {
        let member = self.engine.community().members().get(&author);
        let message = Message {
            author: ids::UserId::from(author.to_string()),
            author_name: member.map(|member| member.name.clone()).unwrap_or_default(),
            body,
            delivery,
        };
        Item {
            id: ItemId::from(id),
            at: millis(at),
            kind: ItemKind::Message(message),
        }
    }
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
