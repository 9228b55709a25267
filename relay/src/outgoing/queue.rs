//! The frames that wait for one reader, in order, with a limit for each kind: other members' frames take no room
//! from the reader's responses, and each sender has a share. No locks.

use std::collections::VecDeque;

use parley_protocol::ids::{ChannelId, UserId};

use super::Frame;

/// A limit on waiting frames and their bytes.
#[derive(Debug, Clone, Copy)]
struct Room {
    frames: usize,
    bytes: usize,
}

/// Responses. A reader that lets this many wait sends requests without reading; the connection is closed, because a
/// request without a response would wait for ever. Holds sixteen pages of history.
const ANSWERS: Room = Room {
    frames: 512,
    bytes: 4 * 1024 * 1024,
};
/// Log, items and stored to-device messages. Beyond it the reader is behind in that stream, and reads from the disk
/// when it has taken what waits. Larger costs memory for each slow reader; smaller, more reads.
const STREAMS: Room = Room {
    frames: 256,
    bytes: 1024 * 1024,
};
/// A page is read from the disk only below this.
const STREAMS_LOW: Room = Room {
    frames: 64,
    bytes: 256 * 1024,
};
/// Transient to-device messages of all senders.
const SIGNALS: Room = Room {
    frames: 256,
    bytes: 1024 * 1024,
};
/// Transient to-device messages of one sender. Joining a call of twelve sends each of the others an offer and a few
/// candidates: under 32 KiB.
const SIGNALS_OF_ONE: Room = Room {
    frames: 64,
    bytes: 256 * 1024,
};
/// Rosters and typing. Beyond it a new state is dropped.
const MAX_STATES: usize = 600;

/// The result of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// Queued first: the reader may be asleep.
    First,
    /// Queued behind others.
    Behind,
    /// Queued, and this many older frames of the same kind were dropped.
    Dropped(usize),
    /// No room; not queued.
    Full,
    /// The queue is closed.
    Closed,
}

/// States of which only the newest is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StateKey {
    Presence,
    Prekeys,
    Roster(ChannelId),
    Typing(ChannelId, UserId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Answer,
    Stream,
    Signal(UserId),
}

#[derive(Debug)]
struct Entry {
    number: u64,
    source: Source,
    frame: Frame,
}

/// The newest state of something, sent after the entry with number `after`.
#[derive(Debug)]
struct Latest {
    key: StateKey,
    after: u64,
    frame: Frame,
}

/// What waits of one kind.
#[derive(Debug, Clone, Copy, Default)]
struct Fill {
    frames: usize,
    bytes: usize,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    entries: VecDeque<Entry>,
    /// Ordered by `after`.
    states: Vec<Latest>,
    last_number: u64,
    answers: Fill,
    streams: Fill,
    signals: Fill,
    signals_by_sender: Vec<(UserId, Fill)>,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.states.is_empty()
    }

    pub(super) fn push_answer(&mut self, frame: Frame) -> Pushed {
        if !self.answers.fits(&frame, ANSWERS) {
            return Pushed::Full;
        }
        self.push(Source::Answer, frame)
    }

    pub(super) fn push_stream(&mut self, frame: Frame) -> Pushed {
        // A single page is never too large.
        if self.streams.frames > 0 && !self.streams.fits(&frame, STREAMS) {
            return Pushed::Full;
        }
        self.push(Source::Stream, frame)
    }

    /// Drops the sender's oldest frames to make room; if all senders together fill the limit, those of the largest.
    pub(super) fn push_signal(&mut self, from: UserId, frame: Frame) -> Pushed {
        let mut dropped = 0;
        while !self.of_sender(&from).fits(&frame, SIGNALS_OF_ONE) {
            if !self.drop_oldest(&from) {
                return Pushed::Full;
            }
            dropped += 1;
        }
        while !self.signals.fits(&frame, SIGNALS) {
            let largest = self.signals_by_sender.iter();
            let largest = largest.max_by_key(|(_, fill)| fill.bytes);
            let Some(largest) = largest.map(|(user, _)| *user) else {
                return Pushed::Full;
            };
            if !self.drop_oldest(&largest) {
                return Pushed::Full;
            }
            dropped += 1;
        }
        let pushed = self.push(Source::Signal(from), frame);
        if dropped > 0 {
            Pushed::Dropped(dropped)
        } else {
            pushed
        }
    }

    /// Replaces an older state that still waits.
    pub(super) fn push_state(&mut self, key: StateKey, frame: Frame) -> Pushed {
        let was_empty = self.is_empty();
        self.states.retain(|waiting| waiting.key != key);
        if self.states.len() >= MAX_STATES {
            return Pushed::Full;
        }
        self.states.push(Latest {
            key,
            after: self.last_number,
            frame,
        });
        if was_empty {
            Pushed::First
        } else {
            Pushed::Behind
        }
    }

    pub(super) fn pop(&mut self) -> Option<Frame> {
        let next = self.entries.front().map(|entry| entry.number);
        let state = self.states.first().map(|state| state.after);
        if state.is_some_and(|after| next.is_none_or(|next| after < next)) {
            return Some(self.states.remove(0).frame);
        }
        let entry = self.entries.pop_front()?;
        self.take_out(&entry);
        Some(entry.frame)
    }

    /// Discards everything in favour of one last frame.
    pub(super) fn replace_all(&mut self, frame: Frame) {
        *self = Self::default();
        self.push(Source::Answer, frame);
    }

    /// Whether a page from the disk may be added.
    pub(super) fn has_room(&self) -> bool {
        self.streams.bytes < STREAMS_LOW.bytes && self.streams.frames < STREAMS_LOW.frames
    }

    /// Frees memory after a burst.
    pub(super) fn shrink(&mut self) {
        if self.entries.capacity() > 16 {
            self.entries = VecDeque::new();
        }
        if self.states.capacity() > 16 {
            self.states = Vec::new();
        }
    }

    /// Adds the last frame, whatever the limits.
    pub(super) fn push_last(&mut self, frame: Frame) {
        self.push(Source::Answer, frame);
    }

    fn push(&mut self, source: Source, frame: Frame) -> Pushed {
        let was_empty = self.is_empty();
        self.last_number = self.last_number.saturating_add(1);
        match source {
            Source::Answer => self.answers.add(&frame),
            Source::Stream => self.streams.add(&frame),
            Source::Signal(from) => {
                self.signals.add(&frame);
                if let Some(fill) = self.sender(&from) {
                    fill.add(&frame);
                } else {
                    let mut fill = Fill::default();
                    fill.add(&frame);
                    self.signals_by_sender.push((from, fill));
                }
            }
        }
        self.entries.push_back(Entry {
            number: self.last_number,
            source,
            frame,
        });
        if was_empty {
            Pushed::First
        } else {
            Pushed::Behind
        }
    }

    fn drop_oldest(&mut self, from: &UserId) -> bool {
        let oldest = self
            .entries
            .iter()
            .position(|entry| entry.source == Source::Signal(*from));
        match oldest.and_then(|index| self.entries.remove(index)) {
            Some(entry) => {
                self.take_out(&entry);
                true
            }
            None => false,
        }
    }

    fn take_out(&mut self, entry: &Entry) {
        match entry.source {
            Source::Answer => self.answers.remove(&entry.frame),
            Source::Stream => self.streams.remove(&entry.frame),
            Source::Signal(from) => {
                self.signals.remove(&entry.frame);
                if let Some(fill) = self.sender(&from) {
                    fill.remove(&entry.frame);
                }
                self.signals_by_sender.retain(|(_, fill)| fill.frames > 0);
            }
        }
    }

    fn sender(&mut self, from: &UserId) -> Option<&mut Fill> {
        let mut senders = self.signals_by_sender.iter_mut();
        senders.find(|(user, _)| user == from).map(|(_, fill)| fill)
    }

    fn of_sender(&self, from: &UserId) -> Fill {
        let mut senders = self.signals_by_sender.iter();
        let found = senders.find(|(user, _)| user == from);
        found.map_or_else(Fill::default, |(_, fill)| *fill)
    }
}

impl Fill {
    fn fits(&self, frame: &Frame, room: Room) -> bool {
        self.frames < room.frames && self.bytes.saturating_add(frame.len()) <= room.bytes
    }

    fn add(&mut self, frame: &Frame) {
        self.frames = self.frames.saturating_add(1);
        self.bytes = self.bytes.saturating_add(frame.len());
    }

    fn remove(&mut self, frame: &Frame) {
        self.frames = self.frames.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(frame.len());
    }
}

#[cfg(test)]
mod tests {
    use parley_protocol::error::{ApiError, ErrorCode};
    use parley_protocol::frame::RelayToClient;

    use super::*;

    const ADA: UserId = UserId::from_bytes([1; 16]);
    const BEN: UserId = UserId::from_bytes([2; 16]);
    const CHANNEL: ChannelId = ChannelId::from_bytes([3; 16]);

    fn frame(text: &str) -> Frame {
        let error = ApiError::new(ErrorCode::Internal, text);
        Frame::new(&RelayToClient::Closing { error })
    }

    fn popped(queue: &mut Queue) -> Vec<Frame> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn one_sender_fills_their_own_share_and_the_newest_stay() {
        let mut queue = Queue::default();
        queue.push_signal(BEN, frame("of ben"));
        for number in 0..1_000 {
            queue.push_signal(ADA, frame(&number.to_string()));
        }
        let frames = popped(&mut queue);
        assert_eq!(frames.len(), 1 + SIGNALS_OF_ONE.frames);
        assert_eq!(frames.first(), Some(&frame("of ben")));
        assert_eq!(frames.last(), Some(&frame("999")));
        assert!(queue.is_empty() && queue.signals_by_sender.is_empty());
    }

    #[test]
    fn many_senders_make_room_for_one_who_sends_little() {
        let mut queue = Queue::default();
        let long = "x".repeat(20_000);
        for sender in 10..100 {
            for _ in 0..20 {
                queue.push_signal(UserId::from_bytes([sender; 16]), frame(&long));
            }
        }
        for number in 0..5 {
            let pushed = queue.push_signal(ADA, frame(&number.to_string()));
            assert_ne!(pushed, Pushed::Full);
        }
        assert!(queue.signals.bytes <= SIGNALS.bytes);
        let frames = popped(&mut queue);
        let of_ada = (0..5).filter(|number| frames.contains(&frame(&number.to_string())));
        assert_eq!(of_ada.count(), 5);
    }

    #[test]
    fn a_full_stream_takes_no_room_of_answers() {
        let mut queue = Queue::default();
        while queue.push_stream(frame("item")) != Pushed::Full {}
        assert!(!queue.has_room());
        assert_eq!(queue.push_answer(frame("answer")), Pushed::Behind);
        while queue.push_signal(ADA, frame("signal")) == Pushed::Behind {}
        assert_eq!(queue.push_answer(frame("answer")), Pushed::Behind);
    }

    #[test]
    fn of_a_state_only_the_newest_is_sent_after_what_came_before_it() {
        let mut queue = Queue::default();
        let roster = StateKey::Roster(CHANNEL);
        assert_eq!(queue.push_state(roster, frame("empty")), Pushed::First);
        queue.push_state(StateKey::Presence, frame("presence"));
        queue.push_stream(frame("log"));
        queue.push_state(roster, frame("ada"));
        queue.push_state(roster, frame("ada and ben"));
        queue.push_signal(ADA, frame("offer"));
        let expected = ["presence", "log", "ada and ben", "offer"].map(frame);
        assert_eq!(popped(&mut queue), expected);
    }
}
