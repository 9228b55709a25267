//! Which stretch of a channel is on the screen. Bounded, however long the channel is and however far somebody scrolls:
//! what comes at one end goes at the other.

use std::ops::Range;

use parley_client::timeline::{Timeline, TimelineItem};
use parley_protocol::ids::{MessageId, UserId};

use super::slots::{Place, Slot};
use crate::ids::ItemId;

/// Lines in a window that was just opened.
const FIRST: usize = 80;
/// Lines added each time somebody comes near an end. More: a frame takes longer. Fewer: quick scrolling meets the end.
const STEP: usize = 30;
/// Lines in a window, unless the screen shows more than a third of that at once.
const MOST: usize = 150;

/// The newest stretch of a channel until somebody scrolls.
#[derive(Default)]
pub(super) struct Window {
    /// The first line, once it was decided.
    from: Option<Place>,
    /// The last line; `None` for the newest, whatever comes.
    to: Option<Place>,
    /// The first line of all when the relay was asked for what is above it.
    asked_above: Option<Place>,
    /// The newest message in the outbox when it was last shown.
    written: Option<MessageId>,
    /// What had been read when the window was opened.
    read_at_opening: Option<u64>,
    /// Each line, with the sequence number up to which the channel has been seen when the line is.
    seqs: Vec<(ItemId, u64)>,
}

/// What the view says of itself.
#[derive(Clone, Copy)]
pub(super) struct Surroundings {
    /// It stands at the end of what it has.
    pub(super) at_end: bool,
    /// Lines that it can show at once.
    pub(super) fits: usize,
}

impl Surroundings {
    fn most(self) -> usize {
        MOST.max(self.fits * 3)
    }
}

impl Window {
    /// The lines to show.
    pub(super) fn range(&mut self, slots: &[Slot], view: Surroundings) -> Range<usize> {
        let end = slots.len();
        let Some(from) = self.from else {
            let from = back(slots, end, FIRST);
            self.from = place(slots, from);
            return from..end;
        };
        let mut from = find(slots, from);
        let mut to = self.to.map_or(end, |to| (find(slots, to) + 1).min(end));
        let first = self.asked_above.filter(|first| find(slots, *first) > 0);
        if let Some(first) = first {
            self.asked_above = None;
            if self.from == Some(first) {
                from = back(slots, from, STEP);
            }
        }
        let most = view.most();
        if back(slots, to, most) > from {
            if self.to.is_none() && view.at_end {
                from = back(slots, to, most - STEP);
            } else {
                to = forth(slots, from, most);
            }
        }
        self.set(slots, from..to);
        from..to
    }

    /// Shows more above. Whether nothing more is here, so that the relay is to be asked.
    pub(super) fn show_older(&mut self, slots: &[Slot], view: Surroundings) -> bool {
        let Range { start, end } = self.range(slots, view);
        let from = back(slots, start, STEP);
        self.set(slots, from..end.min(forth(slots, from, view.most())));
        if start == 0 {
            self.asked_above = place(slots, 0);
        }
        start == 0
    }

    /// Shows more below.
    pub(super) fn show_newer(&mut self, slots: &[Slot], view: Surroundings) {
        let Range { start, end } = self.range(slots, view);
        let to = forth(slots, end, STEP);
        self.set(slots, start.max(back(slots, to, view.most()))..to);
    }

    /// Shows what is above everything else.
    pub(super) fn show_oldest(&mut self, slots: &[Slot], view: Surroundings) {
        self.set(slots, 0..forth(slots, 0, view.most()));
        self.asked_above = place(slots, 0);
    }

    /// Shows the newest stretch, and what comes.
    pub(super) fn show_newest(&mut self) {
        (self.from, self.to) = (None, None);
    }

    /// Shows what is around a line.
    pub(super) fn show_around(&mut self, slots: &[Slot], line: usize, view: Surroundings) {
        let half = view.most() / 2;
        self.set(slots, back(slots, line, half)..forth(slots, line, half));
    }

    /// Whoever writes sees it: if something is new in the outbox, the newest stretch is shown. Whether that was elsewhere.
    pub(super) fn note_written(&mut self, newest: Option<MessageId>) -> bool {
        let is_new = newest.is_some() && newest != self.written;
        self.written = newest.or(self.written);
        let elsewhere = is_new && self.to.is_some();
        if elsewhere {
            self.show_newest();
        }
        elsewhere
    }

    fn set(&mut self, slots: &[Slot], range: Range<usize>) {
        self.from = place(slots, range.start);
        let last = range.end.checked_sub(1);
        let is_newest = range.end >= slots.len();
        self.to = last
            .filter(|_| !is_newest)
            .and_then(|last| place(slots, last));
    }

    /// The first message of somebody else that was not read when the window was opened, nor will be in a moment. In a channel of which nothing was
    /// ever read here, everything is new: a line above it all would say nothing.
    pub(super) fn first_unread<'a>(
        &mut self,
        timeline: &'a Timeline,
        me: UserId,
        will_be_read: u64,
    ) -> Option<&'a TimelineItem> {
        let read = *self.read_at_opening.get_or_insert(timeline.read_up_to());
        let read = read.max(will_be_read);
        if read == 0 {
            return None;
        }
        let unread = timeline.items().rev().take_while(|item| item.seq > read);
        unread.filter(|item| item.user != me).last()
    }

    /// Everything up to here was marked as read.
    pub(super) fn note_marked(&mut self, seq: u64) {
        self.read_at_opening = self.read_at_opening.map(|read| read.max(seq));
    }

    pub(super) fn set_lines(&mut self, seqs: Vec<(ItemId, u64)>) {
        self.seqs = seqs;
    }

    pub(super) fn seq_of(&self, item: &ItemId) -> Option<u64> {
        self.seqs
            .iter()
            .rev()
            .find(|(id, _)| id == item)
            .map(|(_, seq)| *seq)
    }
}

fn place(slots: &[Slot], at: usize) -> Option<Place> {
    slots.get(at).map(|slot| slot.place)
}

/// Where a line is now, or what stands there instead.
fn find(slots: &[Slot], place: Place) -> usize {
    let begin = slots.partition_point(|slot| slot.place.seq < place.seq);
    let rest = slots.get(begin..).unwrap_or_default();
    let same = rest.iter().take_while(|slot| slot.place.seq == place.seq);
    let found = same.zip(begin..).find(|(slot, _)| slot.place == place);
    found.map_or(begin, |(_, at)| at)
}

/// Where a stretch of that many lines begins that ends here.
fn back(slots: &[Slot], end: usize, lines: usize) -> usize {
    let before = slots.iter().take(end).enumerate().rev();
    let mut counted = before.filter(|(_, slot)| slot.counts);
    lines
        .checked_sub(1)
        .map_or(end, |last| counted.nth(last).map_or(0, |(at, _)| at))
}

/// Where a stretch of that many lines ends that begins here.
fn forth(slots: &[Slot], begin: usize, lines: usize) -> usize {
    let after = slots.iter().enumerate().skip(begin);
    let mut counted = after.filter(|(_, slot)| slot.counts);
    counted.nth(lines).map_or(slots.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests;
