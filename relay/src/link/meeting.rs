//! One meeting of two devices: two seats, and what each has said that the other has not received yet.

use std::collections::VecDeque;
use std::sync::Arc;

use parley_protocol::Millis;
use parley_protocol::auth::LinkSeat;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use parley_protocol::keys::{Curve25519PublicKey, Hash};
use tokio::sync::Notify;

/// Bytes that wait in one direction. More makes a stream of keys no faster, as the receiver takes all that waits.
const LANE_BYTES: usize = 256 * 1024;
/// Messages that wait in one direction.
const LANE_MESSAGES: usize = 16;
/// Bytes that pass through one meeting: 50,000 keys three times over.
const ALL_BYTES: usize = 96 * 1024 * 1024;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Opener,
    Joiner,
}

/// What one side said.
#[derive(Debug, Default)]
struct Lane {
    /// How many the other side has received.
    received: u64,
    waiting: VecDeque<String>,
    bytes: usize,
}

#[derive(Debug)]
pub(super) struct Meeting {
    pub(super) user: UserId,
    pub(super) key: Curve25519PublicKey,
    pub(super) proof: Hash,
    opener: LinkSeat,
    joiner: Option<LinkSeat>,
    from_opener: Lane,
    from_joiner: Lane,
    passed: usize,
    /// Over after this if nothing happens.
    pub(super) idle_until: Millis,
    /// Over after this, whatever happens.
    pub(super) ends_at: Millis,
    /// Tells who waits that something changed.
    pub(super) changed: Arc<Notify>,
}

impl Meeting {
    pub(super) fn new(
        user: UserId,
        key: Curve25519PublicKey,
        proof: Hash,
        opener: LinkSeat,
        (idle_until, ends_at): (Millis, Millis),
    ) -> Self {
        Self {
            user,
            key,
            proof,
            opener,
            joiner: None,
            from_opener: Lane::default(),
            from_joiner: Lane::default(),
            passed: 0,
            idle_until,
            ends_at,
            changed: Arc::default(),
        }
    }

    /// The first who knows the code has the seat.
    pub(super) fn join(&mut self, seat: LinkSeat) -> Result<Curve25519PublicKey, ErrorCode> {
        if *self.joiner.get_or_insert(seat) != seat {
            return Err(ErrorCode::LinkTaken);
        }
        Ok(self.key)
    }

    pub(super) fn has_both(&self) -> bool {
        self.joiner.is_some()
    }

    pub(super) fn side_of(&self, seat: LinkSeat) -> Result<Side, ErrorCode> {
        if seat == self.opener {
            return Ok(Side::Opener);
        }
        if Some(seat) == self.joiner {
            return Ok(Side::Joiner);
        }
        Err(ErrorCode::LinkOver)
    }

    /// Takes a message. `Ok(false)`: there is no room before the other side has received something.
    pub(super) fn send(&mut self, side: Side, index: u64, text: String) -> Result<bool, ErrorCode> {
        let lane = match side {
            Side::Opener => &mut self.from_opener,
            Side::Joiner => &mut self.from_joiner,
        };
        let last = lane.received + lane.waiting.len() as u64;
        if index <= last {
            return Ok(true);
        }
        if index != last + 1 {
            return Err(ErrorCode::Malformed);
        }
        let is_full = lane.bytes + text.len() > LANE_BYTES || lane.waiting.len() >= LANE_MESSAGES;
        if is_full && !lane.waiting.is_empty() {
            return Ok(false);
        }
        if self.passed + text.len() > ALL_BYTES {
            return Err(ErrorCode::TooLarge);
        }
        self.passed += text.len();
        lane.bytes += text.len();
        lane.waiting.push_back(text);
        self.changed.notify_waiters();
        Ok(true)
    }

    /// Forgets what was received, and gives what follows.
    pub(super) fn receive(&mut self, side: Side, after: u64) -> Vec<String> {
        let lane = match side {
            Side::Opener => &mut self.from_joiner,
            Side::Joiner => &mut self.from_opener,
        };
        while lane.received < after
            && let Some(text) = lane.waiting.pop_front()
        {
            lane.received += 1;
            lane.bytes -= text.len();
            self.changed.notify_waiters();
        }
        lane.waiting.iter().cloned().collect()
    }
}
