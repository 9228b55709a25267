//! How often others may make this device ring, and how often it answers them by itself.

use std::collections::VecDeque;

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, UserId};

/// Over this time rings are counted.
const WINDOW: Millis = 10 * 60_000;
/// Calls of one member that ring in it. Fewer: who calls again and again for a reason is not heard. More: somebody can
/// keep a person from quiet.
const OF_ONE: usize = 6;
/// The same of all members together.
const OF_ALL: usize = 30;
/// Answers given by the device itself in a minute, beyond calls that it is in.
const REPLIES: usize = 60;

/// The calls that were let ring.
#[derive(Debug, Default)]
pub(super) struct Budget(VecDeque<(UserId, ChannelId, Millis)>);

impl Budget {
    /// Whether a call of a member may ring. Counts it once.
    pub(super) fn take(&mut self, user: UserId, room: ChannelId, now: Millis) -> bool {
        self.0
            .retain(|(.., at)| at.saturating_add(WINDOW) > now && *at <= now);
        if self.0.iter().any(|(by, of, _)| (*by, *of) == (user, room)) {
            return true;
        }
        let of_one = self.0.iter().filter(|(by, ..)| *by == user).count();
        let may = of_one < OF_ONE && self.0.len() < OF_ALL;
        if may {
            self.0.push_back((user, room, now));
        }
        may
    }
}

/// Answers that this device gave by itself.
#[derive(Debug, Default)]
pub(super) struct Replies(VecDeque<Millis>);

impl Replies {
    pub(super) fn take(&mut self, now: Millis) -> bool {
        self.0
            .retain(|at| at.saturating_add(60_000) > now && *at <= now);
        let may = self.0.len() < REPLIES;
        if may {
            self.0.push_back(now);
        }
        may
    }
}
