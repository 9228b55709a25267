//! The connection to the relay: challenge, hello, welcome, heartbeat, and trying again. The socket itself
//! is the driver's.

use std::collections::BTreeMap;

use parley_protocol::Millis;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, Hello, Positions, RelayToClient, Welcome};
use parley_protocol::keys::Nonce;
use parley_protocol::signing;

use super::Engine;
use super::positions::is_impossible;
use crate::alert::Alert;
use crate::effect::{ConnectFailure, Effect, Event, SignedOut};

/// First wait before trying again. Doubles up to the longest.
const SHORTEST_WAIT: Millis = 500;
/// Longest wait: after it, a relay that is back is found within a quarter of a minute.
const LONGEST_WAIT: Millis = 15_000;
/// A silent connection is asked for a sign of life after this. Proxies commonly cut at 60 s.
const PING_AFTER: Millis = 25_000;
/// How long the relay may take with a sign of life, with its challenge, and with its welcome.
const ANSWER_WITHIN: Millis = 15_000;

/// Frames that wait for the log. More come only from a relay that withholds it.
const HELD_FRAMES: usize = 1_000;

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

/// The connection and its timers.
#[derive(Debug)]
pub(super) struct Connection {
    state: ConnectionState,
    phase: Phase,
    wait: Millis,
    offline_since: Option<Millis>,
    new_token: bool,
    /// Where the log ended at the relay when this connection began.
    pub(super) log_target: u64,
    /// What came before the log that explains it.
    held: Vec<RelayToClient>,
}

impl Connection {
    pub(super) fn new(_now: Millis) -> Self {
        Self {
            state: ConnectionState::Connecting,
            phase: Phase::Opening,
            wait: SHORTEST_WAIT,
            offline_since: None,
            new_token: false,
            log_target: 0,
            held: Vec::new(),
        }
    }

    pub(super) fn state(&self) -> &ConnectionState {
        &self.state
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open { .. })
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
}

impl Engine {
    /// The socket is open. `access_token` is a live one.
    pub fn handle_connected(&mut self, access_token: String, now: Millis) {
        self.connection.phase = Phase::Greeting {
            access_token,
            until: now + ANSWER_WITHIN,
        };
        self.output.flush();
    }

    /// The socket could not be opened.
    pub fn handle_connect_failed(&mut self, failure: ConnectFailure, now: Millis) {
        match failure {
            ConnectFailure::Unreachable => self.wait_and_try(now),
            ConnectFailure::SessionEnded => self.stop(SignedOut::SessionEnded, now),
        }
        self.output.flush();
    }

    /// The socket closed, whoever closed it.
    pub fn handle_disconnected(&mut self, now: Millis) {
        match self.connection.phase {
            Phase::Stopped | Phase::Waiting { .. } => {}
            Phase::Opening
            | Phase::Greeting { .. }
            | Phase::Welcoming { .. }
            | Phase::Open { .. } => {
                self.wait_and_try(now);
            }
        }
        self.output.flush();
    }

    /// The person logged in again, or asked to use this device here after all: try at once.
    pub fn reconnect(&mut self, now: Millis) {
        if let Phase::Stopped | Phase::Waiting { .. } = self.connection.phase {
            self.connection.wait = SHORTEST_WAIT;
            self.connect(now);
        }
        self.output.flush();
    }

    /// The network may be back: do not wait any longer.
    pub fn handle_online_hint(&mut self, now: Millis) {
        if let Phase::Waiting { .. } = self.connection.phase {
            self.connection.wait = SHORTEST_WAIT;
            self.connect(now);
        }
        self.output.flush();
    }

    /// A frame came. Bytes that make no sense end the connection; nothing panics.
    pub fn handle_frame(&mut self, text: &str, now: Millis) {
        if let Phase::Open { heard_at, pinged } = &mut self.connection.phase {
            *heard_at = now;
            *pinged = false;
        }
        match parley_protocol::frame::decode::<RelayToClient>(text) {
            Ok(frame) if is_impossible(&frame) => {
                self.alert(Alert::ImpossiblePlace);
                self.drop_and_wait_long(now);
            }
            // An honest relay would send the same again.
            Ok(frame) if frame.check_limits().is_err() => self.drop_and_wait_long(now),
            Ok(frame) => self.handle_relay_frame(frame, now),
            Err(_) => self.drop_connection(now),
        }
        self.output.flush();
    }

    fn handle_relay_frame(&mut self, frame: RelayToClient, now: Millis) {
        match frame {
            RelayToClient::Challenge { nonce } => self.handle_challenge(nonce, now),
            RelayToClient::Welcome(welcome) => self.handle_welcome(welcome, now),
            RelayToClient::Closing { error } => self.handle_closing(&error, now),
            RelayToClient::Pong => {}
            _ if !self.connection.is_open() => self.drop_connection(now),
            RelayToClient::Items(_) | RelayToClient::Mail { .. } if !self.is_log_current() => {
                self.hold(frame, now);
            }
            RelayToClient::Response { id, response } => self.handle_response(id, response, now),
            RelayToClient::Refused { id, error } => self.handle_refusal(id, error, now),
            RelayToClient::Log { from, entries } => self.handle_log(from, entries, now),
            RelayToClient::Items(page) => self.handle_items(page, now),
            RelayToClient::Mail { items } => self.handle_mail(items, now),
            RelayToClient::Roster(roster) => self.handle_roster(roster, now),
            RelayToClient::Presence { online } => self.handle_presence(online, now),
            RelayToClient::Typing { channel, user } => self.handle_typing(channel, user, now),
            RelayToClient::PrekeyCount {
                one_time,
                fresh_fallback,
            } => self.top_up_prekeys(one_time, fresh_fallback, now),
        }
    }

    /// Whose device wrote it stands in a part of the log that is still on its way.
    fn hold(&mut self, frame: RelayToClient, now: Millis) {
        if self.connection.held.len() >= HELD_FRAMES {
            return self.drop_connection(now);
        }
        self.connection.held.push(frame);
    }

    pub(super) fn release_held(&mut self, now: Millis) {
        if self.is_log_current() {
            for frame in std::mem::take(&mut self.connection.held) {
                if self.connection.is_open() {
                    self.handle_relay_frame(frame, now);
                }
            }
        }
    }

    fn handle_challenge(&mut self, nonce: Nonce, now: Millis) {
        let Phase::Greeting { access_token, .. } = &mut self.connection.phase else {
            return self.drop_connection(now);
        };
        let access_token = std::mem::take(access_token);
        let device = self.device.id();
        let signature = self
            .device
            .sign(&signing::socket(&self.community.id(), &device, &nonce));
        let mut positions = Positions {
            log: self.community.head().seq,
            mailbox: self.mail.position(),
            channels: BTreeMap::new(),
        };
        for (channel, timeline) in self.timelines.iter().filter(|(_, known)| known.started) {
            positions.channels.insert(*channel, timeline.position);
        }
        self.output.send(&ClientToRelay::Hello(Hello {
            access_token,
            device,
            signature,
            positions,
        }));
        self.connection.phase = Phase::Welcoming {
            until: now + ANSWER_WITHIN,
        };
    }

    fn handle_welcome(&mut self, welcome: Welcome, now: Millis) {
        let Phase::Welcoming { .. } = self.connection.phase else {
            return self.drop_connection(now);
        };
        self.connection.phase = Phase::Open {
            heard_at: now,
            pinged: false,
        };
        self.connection.wait = SHORTEST_WAIT;
        self.connection.offline_since = None;
        self.connection.new_token = false;
        self.connection.log_target = welcome.head.seq;
        self.set_connection(ConnectionState::Online);
        self.check_relay_head(welcome.head);
        self.begin_lag(welcome.head, now);
        if self.go_back(&welcome) {
            return self.drop_connection(now);
        }
        self.begin_channels(&welcome.channels);
        self.resume_appends();
        self.top_up_prekeys(welcome.one_time_keys, welcome.fresh_fallback, now);
        self.resume_voice(welcome.rosters, now);
        self.resume_people();
        self.resume_mail(now);
        self.resume_announcements(now);
        self.resume_keys(now);
        self.resume_writing(now);
    }

    fn handle_closing(&mut self, error: &ApiError, now: Millis) {
        let endings = [
            (ErrorCode::SessionEnded, SignedOut::SessionEnded),
            (ErrorCode::UnknownDevice, SignedOut::Removed),
            (ErrorCode::Replaced, SignedOut::Replaced),
        ];
        if let Some((_, why)) = endings.into_iter().find(|(code, _)| *code == error.code) {
            return self.stop(why, now);
        }
        self.connection.new_token = matches!(
            error.code,
            ErrorCode::TokenExpired | ErrorCode::NotAuthenticated
        );
        self.drop_connection(now);
    }

    pub(super) fn connection_timeout(&mut self, now: Millis) {
        if self.connection.timeout().is_none_or(|due| due > now) {
            return;
        }
        match &mut self.connection.phase {
            Phase::Waiting { .. } => self.connect(now),
            Phase::Open {
                pinged: pinged @ false,
                ..
            } => {
                *pinged = true;
                self.output.send(&ClientToRelay::Ping);
            }
            Phase::Open { pinged: true, .. } | Phase::Greeting { .. } | Phase::Welcoming { .. } => {
                self.drop_connection(now);
            }
            Phase::Opening | Phase::Stopped => {}
        }
    }

    /// Gives up until the person does something. A call ends with it: nobody answers for who is in it.
    pub(super) fn stop(&mut self, why: SignedOut, now: Millis) {
        // Sessions of somebody who is out have ended as well; the log says more.
        let why = match why {
            SignedOut::SessionEnded if self.is_removed() => SignedOut::Removed,
            SignedOut::SessionEnded | SignedOut::Removed | SignedOut::Replaced => why,
        };
        if self.voice_channel().is_some() {
            self.end_call(now);
        }
        self.connection.phase = Phase::Stopped;
        self.end_lag(now);
        self.forget_connection_state();
        self.output.push(Effect::Disconnect);
        self.set_connection(ConnectionState::SignedOut(why));
        self.output.event(Event::SignedOut(why));
    }

    /// Closes a connection that makes no sense, and tries again later.
    pub(super) fn drop_connection(&mut self, now: Millis) {
        if let Phase::Stopped | Phase::Waiting { .. } = self.connection.phase {
            return;
        }
        self.output.push(Effect::Disconnect);
        self.wait_and_try(now);
    }

    /// The same where trying again soon would only show the same.
    pub(super) fn drop_and_wait_long(&mut self, now: Millis) {
        self.connection.wait = LONGEST_WAIT;
        self.drop_connection(now);
    }

    pub(super) fn connect(&mut self, now: Millis) {
        if self.is_removed() {
            return self.stop(SignedOut::Removed, now);
        }
        self.connection.phase = Phase::Opening;
        self.set_connection(ConnectionState::Connecting);
        self.output.push(Effect::Connect {
            new_token: self.connection.new_token,
        });
    }

    fn wait_and_try(&mut self, now: Millis) {
        let wait = self.connection.wait;
        let until = now + wait / 2 + self.rng.below(wait / 2 + 1);
        self.connection.wait = (wait * 2).min(LONGEST_WAIT);
        self.connection.phase = Phase::Waiting { until };
        self.end_lag(now);
        self.forget_connection_state();
        self.voice_relay_lost(now);
        let since = *self.connection.offline_since.get_or_insert(now);
        self.set_connection(ConnectionState::Offline {
            since,
            next_try: until,
        });
    }

    fn forget_connection_state(&mut self) {
        self.output.drop_frames();
        self.requests.clear();
        self.connection.held.clear();
        self.forget_people();
        self.pause_mail();
        self.pause_writing();
        self.pause_history();
    }

    fn set_connection(&mut self, state: ConnectionState) {
        if self.connection.state != state {
            self.connection.state = state;
            self.output.event(Event::Connection);
        }
    }
}
