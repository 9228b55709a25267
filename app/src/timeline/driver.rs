//! A channel's window: the newest stretch of messages, lines from the log between them, and the outbox below.

pub mod log_lines;

use leptos::prelude::Update;
use parley_client::Engine;
use parley_client::engine::ConnectionState;
use parley_client::timeline::{
    Body as EngineBody, Mark, MarkedPlace, OutboxItem, OutboxState, Timeline, TimelineItem,
    Unreadable as EngineUnreadable,
};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, UserId};

use self::log_lines::LogLine;
use super::store::{Body, Delivery, Failure, Fault, Gap, Item, ItemKind, Message, Unreadable};
use crate::channels;
use crate::channels::store::Load;
use crate::ids;
use crate::ids::ItemId;
use crate::shell::driver::screen::{Shown, millis};
use crate::stores::Stores;

/// Messages in a window that was just opened, and added to it each time somebody scrolls to its top.
const STRETCH: usize = 100;

/// What of a channel is on the screen.
#[derive(Default)]
pub struct Window {
    /// The first place shown, once it was decided.
    from: Option<u64>,
    /// What had been read when the window was opened.
    read_at_opening: Option<u64>,
    /// Each line, and the place in the channel up to which it has been seen when it is.
    places: Vec<(ItemId, u64)>,
}

impl Window {
    pub fn place_of(&self, item: &ItemId) -> Option<u64> {
        self.places
            .iter()
            .rev()
            .find(|(id, _)| id == item)
            .map(|(_, place)| *place)
    }
}

impl Shown {
    /// Shows one more stretch of what this browser has. Whether all of that is shown, so that the relay is to be asked.
    pub fn grow(&mut self, engine: &Engine, channel: ChannelId) -> bool {
        let window = self.windows.entry(channel).or_default();
        let Some(timeline) = engine.timeline(&channel) else {
            return true;
        };
        let from = window.from.unwrap_or(u64::MAX);
        let above = timeline
            .items()
            .rev()
            .filter(|item| item.seq < from)
            .nth(STRETCH - 1);
        window.from = Some(above.map_or(0, |item| item.seq));
        above.is_none()
    }

    /// Shows a channel's window as it is now.
    pub fn show_timeline(&mut self, engine: &Engine, stores: Stores, channel: ChannelId) {
        channels::driver::show_unread(engine, stores, channel);
        let nothing = Timeline::default();
        let timeline = engine.timeline(&channel).unwrap_or(&nothing);
        let window = self.windows.entry(channel).or_default();
        let from = *window
            .from
            .get_or_insert_with(|| first_of_stretch(timeline));
        let read = *window.read_at_opening.get_or_insert(timeline.read_up_to());
        let has_older =
            timeline.has_older() || timeline.items().next().is_some_and(|item| item.seq < from);
        let lines = Lines {
            engine,
            channel,
            home: log_lines::home(engine),
            log: &self.log,
        };
        let (items, places) = lines.build(timeline, from, has_older);
        let (me, _) = engine.me();
        let unread_from = first_unread(timeline, read, me);
        window.places = places;
        stores
            .timeline
            .window(&ids::ChannelId::from(channel.to_string()))
            .update(|shown| {
                shown.items = items;
                shown.load = load(engine.connection(), timeline);
                shown.has_older = has_older;
                shown.loading_older = timeline.is_loading_older();
                shown.unread_from = unread_from;
            });
    }
}

/// Messages that never came here cannot be shown without the relay, and that is said.
fn load(connection: &ConnectionState, timeline: &Timeline) -> Load {
    if timeline.is_known() {
        return Load::Loaded;
    }
    match connection {
        ConnectionState::Online | ConnectionState::Connecting => Load::Loading,
        ConnectionState::Offline { .. } | ConnectionState::SignedOut(_) => Load::Failed(
            "These messages are not in this browser yet. They come when the relay is back."
                .to_owned(),
        ),
    }
}

fn first_of_stretch(timeline: &Timeline) -> u64 {
    timeline
        .items()
        .rev()
        .nth(STRETCH - 1)
        .map_or(0, |item| item.seq)
}

/// In a channel of which nothing was ever read here, everything is new: a line above it all would say nothing.
fn first_unread(timeline: &Timeline, read: u64, me: UserId) -> Option<ItemId> {
    if read == 0 {
        return None;
    }
    let unread = timeline.items().rev().take_while(|item| item.seq > read);
    unread
        .filter(|item| item.user != me)
        .last()
        .map(|item| ItemId::from(item.id.to_string()))
}

struct Lines<'a> {
    engine: &'a Engine,
    channel: ChannelId,
    home: Option<ChannelId>,
    log: &'a [LogLine],
}

impl Lines<'_> {
    fn build(
        &self,
        timeline: &Timeline,
        from: u64,
        has_older: bool,
    ) -> (Vec<Item>, Vec<(ItemId, u64)>) {
        let mut items = Vec::new();
        let mut places = Vec::new();
        let mut place = 0;
        let mut put = |item: Item, place: u64| {
            places.push((item.id.clone(), place));
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
                put(self.log_line(line), place);
            }
            place = message.seq;
            while let Some(mark) = marks.next_if(|mark| mark.seq <= message.seq) {
                if let Some(gap) = self.gap(&mark, message.at) {
                    put(gap, place);
                }
            }
            put(self.message(message), place);
        }
        for line in log {
            put(self.log_line(line), place);
        }
        let last = timeline.items().next_back().map_or(0, |item| item.at);
        for mark in marks {
            if let Some(gap) = self.gap(&mark, last) {
                put(gap, place);
            }
        }
        for waiting in timeline.outbox() {
            put(self.waiting(waiting), place);
        }
        (items, places)
    }

    fn log_line(&self, line: &LogLine) -> Item {
        Item {
            id: ItemId::from(format!("log/{}", line.seq)),
            at: millis(line.at),
            kind: ItemKind::Event(line.event(self.engine)),
        }
    }

    fn gap(&self, place: &MarkedPlace, at: u64) -> Option<Item> {
        let fault = match place.mark {
            Mark::Missing { count } => Fault::Missing(count),
            Mark::OutOfOrder => Fault::OutOfOrder,
            Mark::MoreThanAuthor => Fault::Refused,
            // A message that stands here for the second time says so itself.
            Mark::Repeated => return None,
        };
        let community = self.engine.community();
        let device = community.devices().get(&place.device);
        let member = device.and_then(|device| community.members().get(&device.user));
        Some(Item {
            id: ItemId::from(format!("gap/{}/{}", place.seq, place.device)),
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
