//! Requests of others that wait for the person. A member who asks again and again is shown a few times a day, and never
//! hides what another one asks.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::ids::{DeviceId, UserId, VerificationId};

use crate::sorted;
use crate::vault::NamedValue;

/// A request is of use for this long; after it the asker has given up too.
pub(super) const PATIENCE: Millis = 10 * 60 * 1_000;
/// A request that was written longer ago than this was kept by the relay for a device that was away. More than
/// [`PATIENCE`], as two clocks may differ.
const TOO_OLD: Millis = 30 * 60 * 1_000;
/// Requests of one member that are shown within a day. An honest one needs two or three.
const A_DAY: usize = 5;
const DAY: Millis = 24 * 60 * 60 * 1_000;
/// Members whose requests wait at once.
const WAITING: usize = 8;

/// Somebody asks to be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) id: VerificationId,
    pub(super) user: UserId,
    pub(super) device: DeviceId,
    pub(super) ends_at: Millis,
}

/// One request of each member at most, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Requests {
    waiting: Vec<Request>,
    shown_by_user: LiteMap<UserId, Vec<Millis>>,
    /// Since the count was last written.
    is_counted: bool,
}

impl Requests {
    /// Goes on with a count that was written before, as [`Requests::written`] gave it.
    pub(super) fn counted_before(written: &str) -> Self {
        let read = |line: &str| {
            let mut words = line.split(' ');
            let user = words.next()?.parse().ok()?;
            let times = words.filter_map(|word| word.parse().ok());
            Some((user, times.take(A_DAY).collect()))
        };
        Self {
            shown_by_user: sorted::map(written.lines().filter_map(read)),
            ..Self::default()
        }
    }

    /// The count of the last day as text, if it has changed: a line for each member. Where there is no room for all,
    /// those are left out who asked longest ago.
    pub(super) fn written(&mut self, now: Millis) -> Option<String> {
        if !std::mem::take(&mut self.is_counted) {
            return None;
        }
        let mut lately: Vec<(Millis, UserId, String)> = Vec::new();
        for (user, times) in self.shown_by_user.iter() {
            let times = times.iter().filter(|at| is_of_today(**at, now));
            let words: Vec<String> = times.clone().map(Millis::to_string).collect();
            if let Some(newest) = times.max() {
                lately.push((*newest, *user, format!("{user} {}\n", words.join(" "))));
            }
        }
        lately.sort_unstable();
        let mut text = String::new();
        for (_, _, line) in lately.iter().rev() {
            if text.len() + line.len() <= NamedValue::MAX_VALUE_BYTES {
                text.push_str(line);
            }
        }
        Some(text)
    }

    /// Takes a request. One that was there of the same member gives way to it.
    pub(super) fn put(&mut self, request: Request, at: Millis, now: Millis) {
        let is_too_old = at.saturating_add(TOO_OLD) < now;
        if is_too_old || !self.count(request.user, now) {
            return;
        }
        self.waiting.retain(|waiting| waiting.user != request.user);
        if self.waiting.len() < WAITING {
            self.waiting.push(request);
        }
    }

    /// Counts a request of a member. Says whether they have one left today.
    fn count(&mut self, user: UserId, now: Millis) -> bool {
        let shown = self.shown_by_user.entry(user).or_default();
        shown.retain(|at| is_of_today(*at, now));
        let has_one_left = shown.len() < A_DAY;
        if has_one_left {
            shown.push(now);
            self.is_counted = true;
        }
        has_one_left
    }

    pub(super) fn first(&self) -> Option<&Request> {
        self.waiting.first()
    }

    pub(super) fn take(&mut self, user: UserId) -> Option<Request> {
        let at = self.waiting.iter().position(|it| it.user == user)?;
        Some(self.waiting.remove(at))
    }

    /// The asker's device takes its request back.
    pub(super) fn withdraw(&mut self, id: VerificationId, device: DeviceId) {
        self.waiting
            .retain(|waiting| (waiting.id, waiting.device) != (id, device));
    }

    pub(super) fn retain_active(&mut self, log: &Community) {
        self.waiting
            .retain(|waiting| log.active_device(&waiting.device).is_some());
    }

    pub(super) fn timeout(&self) -> Option<Millis> {
        self.waiting.iter().map(|waiting| waiting.ends_at).min()
    }

    pub(super) fn handle_timeout(&mut self, now: Millis) {
        self.waiting.retain(|waiting| waiting.ends_at > now);
    }
}

/// A clock that was set back makes no time of the future count for ever.
fn is_of_today(at: Millis, now: Millis) -> bool {
    at.abs_diff(now) < DAY
}
