//! The states of the connection to the relay and their timers. The socket itself is the driver's.

use parley_protocol::Millis;

use crate::effect::SignedOut;

/// First wait before trying again. Doubles up to the longest.
const SHORTEST_WAIT: Millis = 500;
/// Longest wait: after it, a relay that is back is found within a quarter of a minute.
const LONGEST_WAIT: Millis = 15_000;
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
    Open { heard_at: Millis, pinged: bool },
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
}

/// The connection and its timers.
#[derive(Debug)]
pub(super) struct Connection {
    state: ConnectionState,
    phase: Phase,
    wait: Millis,
    offline_since: Option<Millis>,
    new_token: bool,
}

impl Connection {
    pub(super) fn new() -> Self {
        Self {
            state: ConnectionState::Connecting,
            phase: Phase::Opening,
            wait: SHORTEST_WAIT,
            offline_since: None,
            new_token: false,
        }
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
                pinged: false,
            } => Some(heard_at + PING_AFTER),
            Phase::Open {
                heard_at,
                pinged: true,
            } => Some(heard_at + PING_AFTER + ANSWER_WITHIN),
        }
    }

    /// What is due. A ping counts as sent.
    pub(super) fn take_due(&mut self, now: Millis) -> Option<Due> {
        if self.timeout().is_none_or(|due| due > now) {
            return None;
        }
        match &mut self.phase {
            Phase::Waiting { .. } => Some(Due::Connect),
            Phase::Open {
                pinged: pinged @ false,
                ..
            } => {
                *pinged = true;
                Some(Due::Ping)
            }
            Phase::Open { pinged: true, .. } | Phase::Greeting { .. } | Phase::Welcoming { .. } => {
                Some(Due::Drop)
            }
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
            pinged: false,
        };
        self.wait = SHORTEST_WAIT;
        self.offline_since = None;
        self.new_token = false;
    }

    /// A frame came.
    pub(super) fn hear(&mut self, now: Millis) {
        if let Phase::Open { heard_at, pinged } = &mut self.phase {
            *heard_at = now;
            *pinged = false;
        }
    }

    pub(super) fn set_new_token(&mut self, new_token: bool) {
        self.new_token = new_token;
    }

    pub(super) fn wait_shortest(&mut self) {
        self.wait = SHORTEST_WAIT;
    }

    pub(super) fn wait_longest(&mut self) {
        self.wait = LONGEST_WAIT;
    }

    /// Waits before the next try: between a half and the whole of the wait, as `spread` picks from a number of
    /// choices. How the connection is then.
    pub(super) fn wait(&mut self, now: Millis, spread: impl FnOnce(u64) -> u64) -> ConnectionState {
        let until = now + self.wait / 2 + spread(self.wait / 2 + 1);
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        self.phase = Phase::Waiting { until };
        let since = *self.offline_since.get_or_insert(now);
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
