//! What the relay sends, led to the part that it is for.

use parley_protocol::Millis;
use parley_protocol::entry::Entry;
use parley_protocol::frame::{PresenceState, RelayToClient, Welcome};
use parley_protocol::keys::Nonce;

use super::archive::take_found;
use super::parts::Parts;
use super::sync::{LogEnd, OwnPositions, SyncState, is_impossible};
use super::{Engine, Online};
use crate::alert::Alert;
use crate::effect::{ConnectFailure, SignedOut};

impl Engine {
    /// The socket is open. `access_token` is a live one.
    pub fn handle_connected(&mut self, access_token: String, now: Millis) {
        self.sync.handle_connected(access_token, now);
        self.finish(now);
    }

    /// The socket could not be opened.
    pub fn handle_connect_failed(&mut self, failure: ConnectFailure, now: Millis) {
        self.with_sync(now, |sync, turn| sync.handle_connect_failed(failure, turn));
        self.finish(now);
    }

    /// The socket closed, whoever closed it.
    pub fn handle_disconnected(&mut self, now: Millis) {
        self.with_sync(now, SyncState::handle_disconnected);
        self.finish(now);
    }

    /// A frame came. Bytes that make no sense end the connection; nothing panics.
    pub fn handle_frame(&mut self, text: &str, now: Millis) {
        self.sync.note_frame(now);
        if self.online.is_none() {
            self.go_online(now);
        }
        match parley_protocol::frame::decode::<RelayToClient>(text) {
            Ok(frame) if is_impossible(&frame) => {
                self.sync.alert(Alert::ImpossiblePlace, &mut self.output);
                self.with_sync(now, SyncState::drop_and_wait_long);
            }
            // An honest relay would send the same again.
            Ok(frame) if frame.check_limits().is_err() => {
                self.with_sync(now, SyncState::drop_and_wait_long);
            }
            Ok(frame) => self.handle_relay_frame(frame, now),
            Err(_) => self.drop_connection(now),
        }
        self.finish(now);
    }

    fn go_online(&mut self, now: Millis) {
        self.sync.keep_checkpoint(&mut self.output);
        self.online = Some(Online {
            grant: Self::grant,
            pump: Parts::pump,
            timeout: Parts::timeout,
            handle_timeout: Parts::handle_timeout,
            take_found,
        });
        // What was stored without its text or its key.
        self.with(now, |parts, cx| parts.channels.ask_for_unread(cx));
    }

    fn handle_relay_frame(&mut self, frame: RelayToClient, now: Millis) {
        match frame {
            RelayToClient::Challenge { nonce } => self.handle_challenge(nonce, now),
            RelayToClient::Welcome(welcome) => self.handle_welcome(welcome, now),
            RelayToClient::Closing { error } => {
                self.with_sync(now, |sync, turn| sync.handle_closing(&error, turn));
            }
            RelayToClient::Pong => {}
            _ if !self.sync.is_open() => self.drop_connection(now),
            RelayToClient::Items(_) | RelayToClient::Mail { .. } if !self.sync.is_log_current() => {
                self.with_sync(now, |sync, turn| sync.hold(frame, turn));
            }
            RelayToClient::Response { id, response } => self.handle_response(id, response, now),
            RelayToClient::Refused { id, error } => self.handle_refusal(id, error, now),
            RelayToClient::Log { from, entries } => self.handle_log(from, entries, now),
            RelayToClient::Items(page) => {
                self.with(now, |parts, cx| parts.channels.handle_items(page, cx));
            }
            RelayToClient::Mail { items } => self.handle_to_device(&items, now),
            RelayToClient::Roster(roster) => {
                self.with(now, |parts, cx| parts.voice.handle_roster(roster, cx));
            }
            RelayToClient::Presence {
                online,
                away,
                do_not_disturb,
            } => self.with(now, |parts, cx| {
                let lists = [
                    (PresenceState::Online, online),
                    (PresenceState::Away, away),
                    (PresenceState::DoNotDisturb, do_not_disturb),
                ];
                let arrived = parts.people.handle_presence(lists, cx);
                parts.keys.hear_of_arrivals(&arrived, cx);
            }),
            RelayToClient::Typing { channel, user } => {
                self.with(now, |parts, cx| {
                    parts.people.handle_typing(channel, user, cx);
                });
            }
            RelayToClient::PrekeyCount {
                one_time,
                fresh_fallback,
            } => self.with(now, |parts, cx| {
                parts.to_device.top_up_prekeys(one_time, fresh_fallback, cx);
            }),
        }
    }

    fn handle_challenge(&mut self, nonce: Nonce, now: Millis) {
        let own = OwnPositions {
            mailbox: self.parts.to_device.position(),
            channels: self.parts.channels.positions(),
            presence: self.parts.people.greet(&self.parts.account_data),
        };
        let (sync, parts, mut turn) = self.sync_turn(now);
        sync.handle_challenge(nonce, own, parts.to_device.keys(), &mut turn);
    }

    fn handle_welcome(&mut self, welcome: Welcome, now: Millis) {
        if !self.with_sync(now, |sync, turn| sync.handle_welcome(&welcome, turn)) {
            return;
        }
        let is_behind = self.with(now, |parts, cx| {
            parts.channels.go_back(&welcome.channels, cx);
            parts.to_device.go_back(welcome.mailbox, cx)
        });
        if is_behind {
            // Another hello says from where on messages are to come.
            return self.drop_connection(now);
        }
        self.with(now, |parts, cx| {
            parts.channels.set_relay_clock(welcome.now, cx.now);
            parts.channels.begin_channels(&welcome.channels, cx);
            parts.apply_read_marks(cx);
        });
        self.sync.resume_appends(&mut self.output);
        self.with(now, |parts, cx| {
            let (one_time, fresh_fallback) = (welcome.one_time_keys, welcome.fresh_fallback);
            parts.to_device.top_up_prekeys(one_time, fresh_fallback, cx);
            parts.voice.resume(welcome.rosters, cx);
            parts.people.resume(cx);
            parts.vault.resume();
            parts.to_device.resume(cx);
            if let Some(direct) = parts.direct.part() {
                direct.resume(cx);
            }
            parts.channels.resume(now);
            let (keys, mut lent) = parts.keys();
            keys.resume(&mut lent, cx);
        });
        if self.sync.is_log_current() {
            self.open_held_messages(now);
        }
    }

    fn handle_log(&mut self, from: u64, entries: Vec<Entry>, now: Millis) {
        let end = self.sync.handle_log(from, entries, &mut self.output);
        let lost = self.sync.take_lost_channels();
        self.parts.channels.forget_subscriptions(&lost);
        match end {
            LogEnd::Gap => self.drop_connection(now),
            LogEnd::Whole => self.after_log_change(now),
            LogEnd::Invalid => {
                // What came before it stands: who is out must not hear on.
                self.after_log_change(now);
                self.with_sync(now, SyncState::drop_and_wait_long);
            }
        }
    }

    fn after_log_change(&mut self, now: Millis) {
        self.sync.after_log_change(&mut self.output);
        if self.sync.is_removed() {
            return self.with_sync(now, |sync, turn| sync.stop(SignedOut::Removed, turn));
        }
        self.with(now, |parts, cx| {
            parts.channels.subscribe_to_new_channels(cx);
            parts.channels.judge_what_waited(cx);
            parts.voice.handle_log_change(cx);
        });
        self.with(now, |parts, cx| {
            parts.to_device.forget_removed_devices(cx);
            if let Some(direct) = parts.direct.part() {
                direct.handle_log_change(cx);
            }
        });
        for frame in self.sync.take_held() {
            if self.sync.is_open() {
                self.handle_relay_frame(frame, now);
                self.route(now);
            }
        }
        self.open_held_messages(now);
        self.with(now, |parts, cx| {
            let (keys, mut lent) = parts.keys();
            keys.go_on(&mut lent, cx);
        });
    }
}
