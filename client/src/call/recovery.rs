//! How the path to a device is, when to mend it, and what the person is told.

use parley_protocol::Millis;

use super::effect::PeerStatus;
use super::event::ConnectionState;
use super::timing;

/// The health of one peer, over all the connections made to it.
#[derive(Debug)]
pub(super) struct Recovery {
    is_polite: bool,
    state: ConnectionState,
    was_connected: bool,
    /// Since when there is no path, or since when the relay is there to help.
    down_since: Millis,
    attempts: u32,
    last_attempt: Option<Millis>,
    act_at: Option<Millis>,
    /// Somebody else answered in place of the device, and nobody better has since.
    met_impostor: bool,
    /// When a hint last restarted a path that the browser took for good.
    hinted: Option<Millis>,
}

/// How to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    /// New paths for the same connection.
    RestartIce,
    /// A new connection.
    Replace,
}

impl Recovery {
    pub(super) fn new(is_polite: bool, now: Millis) -> Self {
        let mut recovery = Self {
            is_polite,
            state: ConnectionState::New,
            was_connected: false,
            down_since: now,
            attempts: 0,
            last_attempt: None,
            act_at: None,
            met_impostor: false,
            hinted: None,
        };
        recovery.act_at = Some(recovery.after(now, timing::CONNECT));
        recovery
    }

    pub(super) fn is_connected(&self) -> bool {
        self.state == ConnectionState::Connected
    }

    /// Whether there is a path, or one that may only be silent.
    pub(super) fn may_live(&self) -> bool {
        match self.state {
            ConnectionState::Connected | ConnectionState::Disconnected => true,
            ConnectionState::New
            | ConnectionState::Connecting
            | ConnectionState::Failed
            | ConnectionState::Closed => false,
        }
    }

    /// Whether the browser has given the path up.
    pub(super) fn is_dead(&self) -> bool {
        matches!(
            self.state,
            ConnectionState::Failed | ConnectionState::Closed
        )
    }

    /// The browser tells how the path is.
    pub(super) fn handle_state(&mut self, state: ConnectionState, now: Millis) {
        if self.is_connected() && state != ConnectionState::Connected {
            self.down_since = now;
        }
        self.state = state;
        match state {
            ConnectionState::Connected => {
                self.was_connected = true;
                self.met_impostor = false;
                self.attempts = 0;
                self.last_attempt = None;
                self.act_at = None;
            }
            ConnectionState::Disconnected => {
                self.act_no_later_than(self.after(now, timing::DISCONNECTED));
            }
            ConnectionState::Failed | ConnectionState::Closed => {
                self.act_at = Some(self.next_attempt(now));
            }
            ConnectionState::New | ConnectionState::Connecting => {}
        }
    }

    /// Somebody else answers at the other end. A restart would lead to the same one.
    pub(super) fn handle_impostor(&mut self, now: Millis) {
        self.met_impostor = true;
        self.handle_broken(now);
    }

    /// A negotiation was completed: now a path should be found.
    pub(super) fn handle_completed(&mut self, now: Millis) {
        if !self.is_connected() {
            self.act_at = Some(self.after(now, timing::CONNECT));
        }
    }

    /// A description was not taken, or no connection could be made.
    pub(super) fn handle_broken(&mut self, now: Millis) {
        if self.is_connected() {
            self.down_since = now;
        }
        self.state = ConnectionState::Failed;
        // A restart cannot mend that: let the attempt be one that replaces.
        self.attempts = (self.attempts / timing::REPLACE_EVERY + 1) * timing::REPLACE_EVERY - 1;
        self.act_at = Some(self.next_attempt(now));
    }

    /// The connection was replaced, by either side.
    pub(super) fn handle_replaced(&mut self, now: Millis) {
        if self.is_connected() {
            self.down_since = now;
        }
        self.state = ConnectionState::New;
        self.act_at = Some(self.after(now, timing::CONNECT));
    }

    /// The relay is back: only from now on can anything be mended.
    pub(super) fn handle_relay_back(&mut self, now: Millis) {
        if !self.is_connected() {
            self.down_since = now;
        }
    }

    /// The path may be gone, although the browser does not say so yet: do not wait until it does.
    pub(super) fn handle_hint(&mut self, now: Millis) {
        let earliest = self
            .hinted
            .map_or(now, |last| last.saturating_add(timing::HINTED));
        self.act_no_later_than(earliest.max(now));
    }

    /// Nothing is mended before then.
    pub(super) fn wait_until(&mut self, at: Millis) {
        self.act_at = self.act_at.map(|planned| planned.max(at));
    }

    /// A person asks to try again.
    pub(super) fn handle_retry(&mut self, now: Millis) {
        self.attempts = 0;
        self.last_attempt = None;
        self.down_since = now;
    }

    /// The browser or the other side is busy with this peer: look again soon.
    pub(super) fn postpone(&mut self, now: Millis) {
        self.act_at = Some(now.saturating_add(timing::BUSY));
    }

    /// Counts one attempt, and says which kind it shall be.
    pub(super) fn attempt(&mut self, now: Millis) -> Attempt {
        self.hinted = Some(now);
        if self.is_connected() {
            // Only a hint asked for it. If the path is gone, the browser will say so.
            self.act_at = None;
            return Attempt::RestartIce;
        }
        self.attempts = self.attempts.saturating_add(1);
        self.last_attempt = Some(now);
        self.act_at = Some(now.saturating_add(timing::CONNECT));
        if self.attempts.is_multiple_of(timing::REPLACE_EVERY)
            || self.state == ConnectionState::Closed
        {
            Attempt::Replace
        } else {
            Attempt::RestartIce
        }
    }

    /// When to mend.
    pub(super) fn act_at(&self) -> Option<Millis> {
        self.act_at
    }

    /// When the status changes by itself.
    pub(super) fn status_deadline(&self) -> Option<Millis> {
        (!self.is_connected()).then(|| self.down_since.saturating_add(timing::FAILED))
    }

    /// What the person is told.
    pub(super) fn status(&self, now: Millis, relay_is_up: bool) -> PeerStatus {
        let for_long = relay_is_up && now.saturating_sub(self.down_since) >= timing::FAILED;
        match (self.is_connected(), for_long, self.was_connected) {
            (true, _, _) => PeerStatus::Connected,
            (false, _, _) if self.met_impostor => PeerStatus::Refused,
            (false, true, _) => PeerStatus::Failed,
            (false, false, true) => PeerStatus::Reconnecting,
            (false, false, false) => PeerStatus::Connecting,
        }
    }

    fn after(&self, now: Millis, wait: Millis) -> Millis {
        let head_start = if self.is_polite {
            timing::POLITE_DELAY
        } else {
            0
        };
        now.saturating_add(wait).saturating_add(head_start)
    }

    fn next_attempt(&self, now: Millis) -> Millis {
        let earliest = self.last_attempt.map_or(now, |last| {
            last.saturating_add(timing::between_attempts(self.attempts))
                .max(now)
        });
        self.after(earliest, 0)
    }

    fn act_no_later_than(&mut self, at: Millis) {
        self.act_at = Some(self.act_at.map_or(at, |planned| planned.min(at)));
    }
}
