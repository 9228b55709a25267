//! Everything that there is to show of a channel, in its order. Cheap for any length: lines are made only of those that
//! are in the window.

use parley_client::timeline::{Body, MarkedPlace, OutboxItem, Timeline, TimelineItem};
use parley_protocol::Millis;

use super::log_lines::LogLine;

/// Locked messages in a row that count as one line in a window, because they are shown as one. Without an end, ten
/// thousand of them would all be laid out.
const LOCKED_AS_ONE: usize = 50;

/// Where a line stands. Stays the same while lines come before and after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The sequence number up to which the channel has been seen when the line is.
    pub(super) seq: u64,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// By its number in the log.
    Log(u64),
    Gap,
    Message,
    /// By its place in the outbox.
    Waiting(usize),
}

/// A place, and whether its line takes room of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) place: Place,
    pub(super) counts: bool,
}

/// What a line is made from.
pub(super) enum What<'a> {
    Message(&'a TimelineItem),
    Gap(MarkedPlace, Millis),
    Log(&'a LogLine),
    Waiting(&'a OutboxItem),
}

/// All of a channel, oldest first: each slot with what stands in it.
#[derive(Default)]
pub(super) struct Slots<'a> {
    pub(super) order: Vec<Slot>,
    pub(super) whats: Vec<What<'a>>,
    locked: usize,
}

impl<'a> Slots<'a> {
    /// Messages and gaps by number, what happened between them by time, and the outbox below.
    pub(super) fn new(
        timeline: &'a Timeline,
        is_shown: impl Fn(&TimelineItem) -> bool,
        log: impl Iterator<Item = &'a LogLine>,
    ) -> Self {
        let mut all = Self::default();
        let mut seq = 0;
        let mut log = log.peekable();
        let mut marks = timeline.marks().peekable();
        for message in timeline.items().filter(|item| is_shown(item)) {
            while let Some(line) = log.next_if(|line| line.is_before(message)) {
                seq = line.seen_up_to(seq);
                all.put(seq, Kind::Log(line.seq), What::Log(line));
            }
            seq = message.seq;
            while let Some(mark) = marks.next_if(|mark| mark.seq <= message.seq) {
                all.put(seq, Kind::Gap, What::Gap(mark, message.at));
            }
            all.put(seq, Kind::Message, What::Message(message));
        }
        for line in log {
            seq = line.seen_up_to(seq);
            all.put(seq, Kind::Log(line.seq), What::Log(line));
        }
        let last = timeline.items().next_back().map_or(0, |item| item.at);
        for mark in marks {
            all.put(seq, Kind::Gap, What::Gap(mark, last));
        }
        let in_channel = timeline
            .outbox()
            .filter(|item| item.body.thread().is_none());
        for (number, waiting) in in_channel.enumerate() {
            all.put(seq, Kind::Waiting(number), What::Waiting(waiting));
        }
        all
    }

    /// Where a message stands.
    pub(super) fn index_of(&self, is_it: impl Fn(&TimelineItem) -> bool) -> Option<usize> {
        let is_it = |what: &What<'_>| matches!(what, What::Message(item) if is_it(item));
        self.whats.iter().rposition(is_it)
    }

    fn put(&mut self, seq: u64, kind: Kind, what: What<'a>) {
        let is_locked =
            matches!(&what, What::Message(item) if matches!(item.body, Body::Unreadable { .. }));
        self.locked = if is_locked { self.locked + 1 } else { 0 };
        let counts = !is_locked || self.locked % LOCKED_AS_ONE == 1;
        let place = Place { seq, kind };
        self.order.push(Slot { place, counts });
        self.whats.push(what);
    }
}
