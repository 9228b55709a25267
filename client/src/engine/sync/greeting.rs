//! How a connection begins and ends: challenge, hello, welcome, heartbeat, and trying again.

use parley_protocol::Millis;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, Hello, Positions, PresenceState, Welcome};
use parley_protocol::ids::ChannelId;
use parley_protocol::keys::Nonce;
use parley_protocol::map::IdMap;
use parley_protocol::signing;

use super::connection::{ConnectionState, Due};
use super::{SyncState, Turn};
use crate::device::DeviceKeys;
use crate::effect::{ConnectFailure, Effect, Event, SignedOut};
use crate::engine::wish::Wish;

/// How far this device is, beside the log, and what others are told of its member.
pub(in crate::engine) struct OwnPositions {
    pub(in crate::engine) mailbox: u64,
    pub(in crate::engine) channels: IdMap<ChannelId, u64>,
    pub(in crate::engine) presence: PresenceState,
}

impl SyncState {
    pub(in crate::engine) fn handle_connected(&mut self, access_token: String, now: Millis) {
        self.connection.greet(access_token, now);
    }

    pub(in crate::engine) fn handle_connect_failed(
        &mut self,
        failure: ConnectFailure,
        turn: &mut Turn<'_>,
    ) {
        match failure {
            ConnectFailure::Unreachable => self.wait_and_try(turn),
            ConnectFailure::SessionEnded => self.stop(SignedOut::SessionEnded, turn),
        }
    }

    pub(in crate::engine) fn handle_disconnected(&mut self, turn: &mut Turn<'_>) {
        if !self.connection.is_down() {
            self.wait_and_try(turn);
        }
    }

    pub(in crate::engine) fn reconnect(&mut self, turn: &mut Turn<'_>) {
        if self.connection.is_down() {
            self.connection.wait_shortest();
            self.connect(turn);
        }
    }

    pub(in crate::engine) fn handle_online_hint(&mut self, turn: &mut Turn<'_>) {
        if self.connection.is_waiting() {
            self.connection.wait_shortest();
            self.connect(turn);
        }
    }

    /// Asks for a sign of life that must come at once. Otherwise the connection is begun anew.
    pub(in crate::engine) fn check_connection(&mut self, turn: &mut Turn<'_>) {
        if self.connection.check(turn.now) {
            turn.output.send(&ClientToRelay::Ping);
        }
    }

    /// Somebody is in a call: a relay that is back is needed at once.
    pub(in crate::engine) fn set_urgent(&mut self, urgent: bool) {
        self.connection.set_urgent(urgent);
    }

    pub(in crate::engine) fn note_frame(&mut self, now: Millis) {
        self.connection.hear(now);
    }

    pub(in crate::engine) fn handle_challenge(
        &mut self,
        nonce: Nonce,
        own: OwnPositions,
        keys: &DeviceKeys,
        turn: &mut Turn<'_>,
    ) {
        let Some(access_token) = self.connection.take_challenged(turn.now) else {
            return self.drop_connection(turn);
        };
        let device = self.me.device;
        turn.output.send(&ClientToRelay::Hello(Hello {
            access_token,
            device,
            signature: keys.sign(&signing::socket(&self.community.id(), &device, &nonce)),
            positions: Positions {
                log: self.community.head().seq,
                mailbox: own.mailbox,
                channels: own.channels,
            },
            presence: own.presence,
        }));
    }

    /// Says whether the connection is open now.
    pub(in crate::engine) fn handle_welcome(
        &mut self,
        welcome: &Welcome,
        turn: &mut Turn<'_>,
    ) -> bool {
        if !self.connection.is_welcoming() {
            self.drop_connection(turn);
            return false;
        }
        self.connection.welcome(turn.now);
        self.log_target = welcome.head.seq;
        self.set_connection(ConnectionState::Online, turn);
        self.check_relay_head(welcome.head, turn.output);
        let own = self.community.head();
        self.watch.open(welcome.head, own, turn.now, turn.output);
        true
    }

    pub(in crate::engine) fn handle_closing(&mut self, error: &ApiError, turn: &mut Turn<'_>) {
        let endings = [
            (ErrorCode::SessionEnded, SignedOut::SessionEnded),
            (ErrorCode::UnknownDevice, SignedOut::Removed),
            (ErrorCode::Replaced, SignedOut::Replaced),
        ];
        if let Some((_, why)) = endings.into_iter().find(|(code, _)| *code == error.code) {
            return self.stop(why, turn);
        }
        let needs_token = matches!(
            error.code,
            ErrorCode::TokenExpired | ErrorCode::NotAuthenticated
        );
        let had_new_token = self.connection.has_new_token();
        self.connection.set_new_token(needs_token);
        self.drop_connection(turn);
        // The relay is there, and only the token was old. One that is new and does not do is no reason to hurry.
        if needs_token && !had_new_token && self.connection.is_waiting() {
            self.connect(turn);
        }
    }

    pub(super) fn connection_timeout(&mut self, turn: &mut Turn<'_>) {
        match self.connection.take_due(turn.now) {
            Some(Due::Connect) => self.connect(turn),
            Some(Due::Ping) => turn.output.send(&ClientToRelay::Ping),
            Some(Due::Drop) => self.drop_connection(turn),
            Some(Due::Replace) => {
                self.drop_connection(turn);
                self.connection.wait_shortest();
                self.connect(turn);
            }
            None => {}
        }
    }

    /// Gives up until the person does something.
    pub(in crate::engine) fn stop(&mut self, why: SignedOut, turn: &mut Turn<'_>) {
        // Sessions of somebody who is out have ended as well; the log says more.
        let why = match why {
            SignedOut::SessionEnded if self.is_removed() => SignedOut::Removed,
            SignedOut::SessionEnded | SignedOut::Removed | SignedOut::Replaced => why,
        };
        self.connection.stop();
        self.forget_connection(turn);
        turn.output.wish(Wish::NoteSignedOut);
        turn.output.push(Effect::Disconnect);
        self.set_connection(ConnectionState::SignedOut(why), turn);
        turn.output.event(Event::SignedOut(why));
    }

    /// Closes a connection that makes no sense, and tries again later.
    pub(in crate::engine) fn drop_connection(&mut self, turn: &mut Turn<'_>) {
        if self.connection.is_down() {
            return;
        }
        turn.output.push(Effect::Disconnect);
        self.wait_and_try(turn);
    }

    /// The same where trying again soon would only show the same.
    pub(in crate::engine) fn drop_and_wait_long(&mut self, turn: &mut Turn<'_>) {
        self.connection.wait_longest();
        self.drop_connection(turn);
    }

    pub(in crate::engine) fn connect(&mut self, turn: &mut Turn<'_>) {
        if self.is_removed() {
            return self.stop(SignedOut::Removed, turn);
        }
        let new_token = self.connection.open();
        self.set_connection(ConnectionState::Connecting, turn);
        turn.output.push(Effect::Connect { new_token });
    }

    fn wait_and_try(&mut self, turn: &mut Turn<'_>) {
        let state = self
            .connection
            .wait(turn.now, |choices| turn.rng.below(choices));
        self.forget_connection(turn);
        turn.output.wish(Wish::NoteOffline);
        self.set_connection(state, turn);
    }

    fn forget_connection(&mut self, turn: &mut Turn<'_>) {
        self.watch.close(turn.now, turn.output);
        self.held.clear();
        turn.output.forget_connection();
    }

    fn set_connection(&mut self, state: ConnectionState, turn: &mut Turn<'_>) {
        if self.connection.set_state(state) {
            turn.output.event(Event::Connection);
        }
    }
}
