//! The states of the connection to the relay and their timers. The socket itself is the driver's.

use parley_protocol::Millis;

use crate::effect::SignedOut;

/// First wait before trying again. Doubles up to the longest.
const SHORTEST_WAIT: Millis = 500;
/// Longest wait: after it, a relay that is back is found within a quarter of a minute.
const LONGEST_WAIT: Millis = 15_000;
/// The same while somebody is in a call, for the first while of an outage.
const LONGEST_WAIT_IN_CALL: Millis = 1_200;
/// After this long a call waits like everybody else: who is away for minutes does not come back within one second.
const URGENT_FOR: Millis = 120_000;
/// A sign of life that is needed now has this long. Longer keeps a call silent whose network changed; shorter drops
/// connections over satellites.
const CHECK_WITHIN: Millis = 800;
/// Between two such checks. More often they would themselves be what breaks a slow connection.
const BETWEEN_CHECKS: Millis = 3_000;
/// A silent connection is asked for a sign of life after this. Proxies commonly cut at 60 s.
const PING_AFTER: Millis = 25_000;
/// How long the relay may take with a sign of life, with its challenge, and with its welcome.
const ANSWER_WITHIN: Millis = 15_000;

/// How the connection is, for the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// For the first time since the start, or trying again right now.
    Connecting,
    /// Connected, and told of everything up to now as it arrives.
    Online,
    /// Not connected.
    Offline {
        /// Since when.
        since: Millis,
        /// When it is tried again.
        next_try: Millis,
    },
    /// Not connected, and cannot be without the person.
    SignedOut(SignedOut),
}

#[derive(Debug)]
enum Phase {
    /// The driver opens the socket.
    Opening,
    /// The socket is open, the relay speaks first.
    Greeting { access_token: String, until: Millis },
    /// The hello went out.
    Welcoming { until: Millis },
    /// Everything works.
    Open {
        heard_at: Millis,
        pinged_at: Option<Millis>,
        /// Until when an answer to a check must be here.
        check: Option<Millis>,
    },
    /// Waiting to try again.
    Waiting { until: Millis },
    /// Given up until the person does something.
    Stopped,
}

/// What to do when a time limit is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    Connect,
    Ping,
    Drop,
    /// Drop it, and connect at once.
    Replace,
}

/// The connection and its timers.
#[derive(Debug)]
pub(super) struct Connection {
    state: ConnectionState,
    phase: Phase,
    wait: Millis,
    offline_since: Option<Millis>,
    new_token: bool,
    checked_at: Option<Millis>,
    is_urgent: bool,
    /// The next wait is a long one whatever is urgent.
    is_patient: bool,
}

impl Connection {
    pub(super) fn new() -> Self {
        Self {
            state: ConnectionState::Connecting,
            phase: Phase::Opening,
            wait: SHORTEST_WAIT,
            offline_since: None,
            new_token: false,
            checked_at: None,
            is_urgent: false,
            is_patient: false,
        }
    }

    pub(super) fn set_urgent(&mut self, is_urgent: bool) {
        self.is_urgent = is_urgent;
    }

    /// Whether a sign of life is to be asked for now.
    pub(super) fn check(&mut self, now: Millis) -> bool {
        let soon = |at: Millis| now < at.saturating_add(BETWEEN_CHECKS);
        let Phase::Open { check, .. } = &mut self.phase else {
            return false;
        };
        if self.checked_at.is_some_and(soon) {
            return false;
        }
        self.checked_at = Some(now);
        *check = Some(now + CHECK_WITHIN);
        true
    }

    pub(super) fn state(&self) -> &ConnectionState {
        &self.state
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open { .. })
    }

    pub(super) fn is_welcoming(&self) -> bool {
        matches!(self.phase, Phase::Welcoming { .. })
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Waiting { .. })
    }

    /// Whether there is no socket, and none is being opened.
    pub(super) fn is_down(&self) -> bool {
        matches!(self.phase, Phase::Stopped | Phase::Waiting { .. })
    }

    pub(super) fn timeout(&self) -> Option<Millis> {
        match &self.phase {
            Phase::Opening | Phase::Stopped => None,
            Phase::Greeting { until, .. }
            | Phase::Welcoming { until }
            | Phase::Waiting { until } => Some(*until),
            Phase::Open {
                heard_at,
                pinged_at,
                check,
            } => {
                let silent = pinged_at.map_or(heard_at + PING_AFTER, |at| at + ANSWER_WITHIN);
                Some(check.map_or(silent, |until| until.min(silent)))
            }
        }
    }

    /// What is due. A ping counts as sent.
    ///
    /// Nothing waits for longer than [`PING_AFTER`]: what is due later than that was planned before the clock was set back.
    pub(super) fn take_due(&mut self, now: Millis) -> Option<Due> {
        let waits = |due: Millis| due > now && due - now <= PING_AFTER;
        if self.timeout().is_none_or(waits) {
            return None;
        }
        match &mut self.phase {
            Phase::Waiting { .. } => Some(Due::Connect),
            Phase::Open {
                check: Some(until), ..
            } if *until <= now => Some(Due::Replace),
            Phase::Open {
                heard_at,
                pinged_at: pinged_at @ None,
                check,
            } => {
                *pinged_at = Some(now);
                // The machine slept, or its clock was set forward: what was silent is not the connection.
                if now >= heard_at.saturating_add(PING_AFTER + ANSWER_WITHIN) {
                    *check = Some(now + CHECK_WITHIN);
                }
                Some(Due::Ping)
            }
            Phase::Open {
                pinged_at: Some(_), ..
            }
            | Phase::Greeting { .. }
            | Phase::Welcoming { .. } => Some(Due::Drop),
            Phase::Opening | Phase::Stopped => None,
        }
    }

    /// The driver is to open a socket. Says whether it needs a new access token.
    pub(super) fn open(&mut self) -> bool {
        self.phase = Phase::Opening;
        self.new_token
    }

    pub(super) fn greet(&mut self, access_token: String, now: Millis) {
        self.phase = Phase::Greeting {
            access_token,
            until: now + ANSWER_WITHIN,
        };
    }

    /// The relay spoke first: the token for the hello. `None` if it was not its turn.
    pub(super) fn take_challenged(&mut self, now: Millis) -> Option<String> {
        let Phase::Greeting { access_token, .. } = &mut self.phase else {
            return None;
        };
        let access_token = std::mem::take(access_token);
        self.phase = Phase::Welcoming {
            until: now + ANSWER_WITHIN,
        };
        Some(access_token)
    }

    pub(super) fn welcome(&mut self, now: Millis) {
        self.phase = Phase::Open {
            heard_at: now,
            pinged_at: None,
            check: None,
        };
        self.wait = SHORTEST_WAIT;
        self.offline_since = None;
        self.new_token = false;
    }

    /// A frame came.
    pub(super) fn hear(&mut self, now: Millis) {
        if let Phase::Open {
            heard_at,
            pinged_at,
            check,
        } = &mut self.phase
        {
            *heard_at = now;
            *pinged_at = None;
            *check = None;
        }
    }

    /// Whether the connection is made with a token that is new.
    pub(super) fn has_new_token(&self) -> bool {
        self.new_token
    }

    pub(super) fn set_new_token(&mut self, new_token: bool) {
        self.new_token = new_token;
    }

    pub(super) fn wait_shortest(&mut self) {
        self.wait = SHORTEST_WAIT;
    }

    pub(super) fn wait_longest(&mut self) {
        self.wait = LONGEST_WAIT;
        self.is_patient = true;
    }

    /// Waits before the next try: between a half and the whole of the wait, as `spread` picks from a number of
    /// choices. How the connection is then.
    pub(super) fn wait(&mut self, now: Millis, spread: impl FnOnce(u64) -> u64) -> ConnectionState {
        let since = *self.offline_since.get_or_insert(now);
        let is_patient = std::mem::take(&mut self.is_patient);
        let longest = if self.is_urgent && !is_patient && now < since.saturating_add(URGENT_FOR) {
            LONGEST_WAIT_IN_CALL
        } else {
            LONGEST_WAIT
        };
        let wait = self.wait.min(longest);
        let until = now + wait / 2 + spread(wait / 2 + 1);
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        self.phase = Phase::Waiting { until };
        ConnectionState::Offline {
            since,
            next_try: until,
        }
    }

    pub(super) fn stop(&mut self) {
        self.phase = Phase::Stopped;
    }

    /// Says whether it was another one before.
    pub(super) fn set_state(&mut self, state: ConnectionState) -> bool {
        std::mem::replace(&mut self.state, state) != state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(now: Millis) -> Connection {
        let mut connection = Connection::new();
        connection.greet("token".to_owned(), now);
        assert!(connection.take_challenged(now).is_some());
        connection.welcome(now);
        connection
    }

    #[test]
    fn a_check_without_an_answer_begins_anew_at_once() {
        let mut connection = open(1_000);
        assert!(connection.check(2_000));
        assert_eq!(connection.timeout(), Some(2_000 + CHECK_WITHIN));
        assert_eq!(
            connection.take_due(2_000 + CHECK_WITHIN),
            Some(Due::Replace)
        );
    }

    #[test]
    fn an_answer_ends_the_check_and_checks_are_few() {
        let mut connection = open(1_000);
        assert!(connection.check(2_000));
        connection.hear(2_100);
        assert_eq!(connection.timeout(), Some(2_100 + PING_AFTER));
        assert!(!connection.check(2_200));
        assert!(connection.check(2_000 + BETWEEN_CHECKS));
        assert!(!Connection::new().check(0));
    }

    #[test]
    fn a_clock_that_is_set_forward_drops_nothing_that_answers() {
        let mut connection = open(1_000);
        let now = 1_000 + 60 * 60_000;
        assert_eq!(connection.take_due(now), Some(Due::Ping));
        assert_eq!(connection.take_due(now), None);
        connection.hear(now + 100);
        assert_eq!(connection.timeout(), Some(now + 100 + PING_AFTER));
        // What does not answer after a long sleep is replaced at once.
        let later = now + 60 * 60_000;
        assert_eq!(connection.take_due(later), Some(Due::Ping));
        let end = later + CHECK_WITHIN;
        assert_eq!(connection.timeout(), Some(end));
        assert_eq!(connection.take_due(end), Some(Due::Replace));
    }

    #[test]
    fn the_answer_to_a_ping_has_its_time_also_if_the_ping_was_late() {
        let mut connection = open(0);
        let late = PING_AFTER + 10_000;
        assert_eq!(connection.take_due(late), Some(Due::Ping));
        assert_eq!(connection.timeout(), Some(late + ANSWER_WITHIN));
        assert_eq!(connection.take_due(late + ANSWER_WITHIN), Some(Due::Drop));
    }

    #[test]
    fn a_clock_that_is_set_back_lets_nothing_wait_for_an_hour() {
        const BACK: Millis = 60 * 60_000;
        let mut connection = open(2 * BACK);
        connection.wait(2 * BACK, |choices| choices - 1);
        assert_eq!(connection.take_due(2 * BACK), None);
        assert_eq!(connection.take_due(BACK), Some(Due::Connect));
        let mut connection = open(2 * BACK);
        assert_eq!(connection.take_due(BACK), Some(Due::Ping));
        connection.hear(BACK + 10);
        assert_eq!(connection.timeout(), Some(BACK + 10 + PING_AFTER));
    }

    #[test]
    fn in_a_call_a_relay_is_tried_every_second_for_two_minutes_and_then_seldom() {
        let mut connection = open(0);
        connection.set_urgent(true);
        let mut now = 0;
        let mut waits = Vec::new();
        while now < URGENT_FOR + 60_000 {
            connection.wait(now, |choices| choices - 1);
            let until = connection.timeout().unwrap();
            waits.push((now, until - now));
            now = until;
        }
        for (at, wait) in waits {
            if at < URGENT_FOR {
                assert!(wait <= LONGEST_WAIT_IN_CALL);
            } else {
                assert_eq!(wait, LONGEST_WAIT);
            }
        }
    }

    #[test]
    fn what_would_only_show_the_same_waits_long_also_in_a_call() {
        let mut connection = open(0);
        connection.set_urgent(true);
        connection.wait_longest();
        connection.wait(0, |choices| choices - 1);
        assert_eq!(connection.timeout(), Some(LONGEST_WAIT));
    }
}
