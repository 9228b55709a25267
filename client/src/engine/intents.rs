//! What the person does, led to the part that it is for.

mod emoji;
mod relating;

use parley_protocol::Millis;
use parley_protocol::entry::{Action, ChannelDetails, ChannelKind, Entry, GuestTerms};
use parley_protocol::frame::Request;
use parley_protocol::ids::{ChannelId, DeviceId, EntryId, InviteId, MessageId, UserId};
use parley_protocol::invite::InviteLink;
use parley_protocol::keys::Hash;
use parley_protocol::voice::VoiceState;

use super::call::Voice;
use super::output::Asked;
use super::sync::SyncState;
use super::{AppendError, Draft, Engine, RedactError, SendError, SetDataError};
use crate::alert::Alert;
use crate::call::{self, PeerEvent, PeerId};
use crate::content::ToDeviceBody;
use crate::file::{FileDescription, FileFault};
use crate::identity::Identity;
use crate::timeline::{OutboxItem, Timeline};
use crate::verification::VerificationMessage;

/// Connection and log.
impl Engine {
    /// The person logged in again, or asked to use this device here after all: try at once.
    pub fn reconnect(&mut self, now: Millis) {
        self.with_sync(now, SyncState::reconnect);
        self.finish(now);
    }

    /// The network may be back: do not wait any longer.
    pub fn handle_online_hint(&mut self, now: Millis) {
        self.with_sync(now, SyncState::handle_online_hint);
        self.finish(now);
    }

    /// The relay may be out of reach without a word: it is asked for a sign of life, which must come at once.
    pub fn check_connection(&mut self, now: Millis) {
        self.with_sync(now, SyncState::check_connection);
        self.finish(now);
    }

    /// This device has another network, or another address. Nothing that is open can be relied on.
    pub fn handle_network_change(&mut self, now: Millis) {
        self.with_sync(now, SyncState::handle_online_hint);
        self.with_sync(now, SyncState::check_connection);
        self.with(now, |parts, cx| parts.voice.handle_network_change(cx));
        self.finish(now);
    }

    /// Signs an entry and asks for it to be put into the log. The outcome is an event.
    ///
    /// # Errors
    /// [`AppendError::NotConnected`]
    pub fn append(&mut self, action: Action, now: Millis) -> Result<EntryId, AppendError> {
        let (sync, parts, mut turn) = self.sync_turn(now);
        let entry = sync.append(action, parts.to_device.keys(), &mut turn)?;
        self.finish(now);
        Ok(entry)
    }

    /// Signs an entry for a request of its own, such as the one that deletes the account. Nothing is asked for.
    pub fn sign(&mut self, action: Action, now: Millis) -> Entry {
        let (sync, parts, mut turn) = self.sync_turn(now);
        sync.sign(action, parts.to_device.keys(), &mut turn).1
    }

    /// Makes an invite. The link works once the entry is in the log.
    ///
    /// # Errors
    /// [`AppendError::NotConnected`]
    pub fn make_invite(
        &mut self,
        expires_at: Option<Millis>,
        max_uses: Option<u32>,
        now: Millis,
    ) -> Result<(EntryId, InviteLink), AppendError> {
        self.make_link(expires_at, max_uses, (None, None), now)
    }

    /// Makes an invite for so many guests, who are let into the call of one voice channel until then, and nowhere else.
    ///
    /// # Errors
    /// [`AppendError::NotConnected`]
    pub fn make_guest_invite(
        &mut self,
        terms: GuestTerms,
        guests: u32,
        now: Millis,
    ) -> Result<(EntryId, InviteLink), AppendError> {
        let for_guests = (None, Some(terms));
        self.make_link(Some(terms.until), Some(guests), for_guests, now)
    }

    fn make_link(
        &mut self,
        expires_at: Option<Millis>,
        max_uses: Option<u32>,
        (readmits, guest): (Option<UserId>, Option<GuestTerms>),
        now: Millis,
    ) -> Result<(EntryId, InviteLink), AppendError> {
        let key = Identity::generate(&mut self.rng);
        let invite = InviteId::from_bytes(self.rng.bytes());
        let action = Action::InviteMade {
            invite,
            key: key.public_key(),
            expires_at,
            max_uses,
            readmits,
            guest,
        };
        let entry = self.append(action, now)?;
        Ok((
            entry,
            InviteLink {
                invite,
                genesis: self.genesis(),
                secret: *key.to_secret(),
            },
        ))
    }

    /// Makes an invite that brings a member back with new keys, and lets in nobody else.
    ///
    /// # Errors
    /// [`AppendError::NotConnected`]
    pub fn make_readmission(
        &mut self,
        user: UserId,
        expires_at: Option<Millis>,
        now: Millis,
    ) -> Result<(EntryId, InviteLink), AppendError> {
        self.make_link(expires_at, Some(1), (Some(user), None), now)
    }

    /// Makes a channel.
    ///
    /// # Errors
    /// [`AppendError::NotConnected`]
    pub fn create_channel(
        &mut self,
        kind: ChannelKind,
        details: ChannelDetails,
        now: Millis,
    ) -> Result<(EntryId, ChannelId), AppendError> {
        let channel = ChannelId::from_bytes(self.rng.bytes());
        let entry = self.append(
            Action::ChannelCreated {
                channel,
                kind,
                details,
            },
            now,
        )?;
        Ok((entry, channel))
    }

    /// The person goes on with the log that is here. What the same devices say of other logs holds nothing back
    /// any more; the warnings stay.
    pub fn write_anyway(&mut self, now: Millis) {
        self.sync.watch_mut().overrule(&mut self.output);
        self.with(now, |parts, cx| {
            let (keys, mut lent) = parts.keys();
            keys.go_on(&mut lent, cx);
        });
        self.finish(now);
    }

    /// The person has seen a warning.
    pub fn dismiss_alert(&mut self, alert: &Alert) {
        self.sync.watch_mut().dismiss(alert, &mut self.output);
        self.output.flush();
    }
}

/// Values that all devices of the member share.
impl Engine {
    /// Sets a value; an empty one removes it. The newest one stands, wherever it was set.
    ///
    /// # Errors
    /// [`SetDataError`]
    pub fn set_account_data(
        &mut self,
        name: impl Into<String>,
        value: impl Into<String>,
        now: Millis,
    ) -> Result<(), SetDataError> {
        let (name, value) = (name.into(), value.into());
        let set = self.with(now, |parts, cx| parts.account_data.set(name, value, cx));
        self.finish(now);
        set
    }
}

/// Text channels.
impl Engine {
    /// Takes a text to send. It is kept at once, and goes out when it can.
    ///
    /// # Errors
    /// [`SendError`]
    pub fn send_text(
        &mut self,
        channel: ChannelId,
        text: String,
        now: Millis,
    ) -> Result<MessageId, SendError> {
        let draft = Draft {
            text,
            ..Draft::default()
        };
        self.send_message(channel, draft, now)
    }

    /// Takes a message to send: a text or a poll, an answer, in a thread or not. It is kept at once, and goes out when
    /// it can.
    ///
    /// # Errors
    /// [`SendError`]
    pub fn send_message(
        &mut self,
        channel: ChannelId,
        draft: Draft,
        now: Millis,
    ) -> Result<MessageId, SendError> {
        let sent = self.with(now, |parts, cx| {
            let sent = match parts.direct.with(&channel) {
                Some(direct) => direct.write(channel, draft, cx)?,
                None => parts.channels.send_message(channel, draft, cx)?,
            };
            parts.people.forget_own_typing();
            Ok(sent)
        });
        self.finish(now);
        sent
    }

    /// One of several files of a message that waits for them does not go along after all, by its place among them. Says
    /// whether that was so: the last one goes only with its message, by [`Engine::discard`].
    pub fn drop_file(&mut self, message: MessageId, index: usize, now: Millis) -> bool {
        let dropped = self.with(now, |parts, cx| {
            let direct = parts.direct.part();
            direct.is_some_and(|it| it.drop_file(message, index, cx))
                || parts.channels.drop_file(message, index, cx)
        });
        self.finish(now);
        dropped
    }

    /// What waits for [`Engine::files_are_up`], in all channels and conversations.
    pub fn uploading(&self) -> impl Iterator<Item = &OutboxItem> {
        let direct = self.parts.direct.look();
        let direct = direct.map_or_else(Vec::new, |part| part.uploading());
        self.parts.channels.uploading().chain(direct)
    }

    /// The files of a message that waits for them are at the relay, and for a conversation shared with
    /// [`Engine::people_of`] it under the message's id: it goes out when it can. The descriptions take the
    /// place of those that it was queued with. Nothing happens if it does not wait any more.
    ///
    /// # Errors
    /// [`FileFault`]
    pub fn files_are_up(
        &mut self,
        message: MessageId,
        files: Vec<FileDescription>,
        blobs: Vec<Hash>,
        now: Millis,
    ) -> Result<(), FileFault> {
        let done = self.with(now, |parts, cx| {
            let direct = parts.direct.part();
            let is_direct = direct.map(|it| it.files_are_up(message, &files, &blobs, cx));
            if is_direct.transpose()? == Some(true) {
                return Ok(());
            }
            parts.channels.files_are_up(message, files, blobs, cx)
        });
        self.finish(now);
        done
    }

    /// Tries a refused message again.
    pub fn retry(&mut self, message: MessageId, now: Millis) {
        self.with(now, |parts, cx| {
            let direct = parts.direct.part();
            if !direct.is_some_and(|direct| direct.retry(message, cx)) {
                parts.channels.retry(message, cx);
            }
        });
        self.finish(now);
    }

    /// Takes back a message that has not gone out: one that waits or was refused.
    pub fn discard(&mut self, message: MessageId, now: Millis) {
        self.with(now, |parts, cx| {
            let direct = parts.direct.part();
            if !direct.is_some_and(|direct| direct.discard(message, cx)) {
                parts.channels.discard(message, cx);
            }
        });
        self.finish(now);
    }

    /// Has the relay delete a message for everybody, now or when there is a connection. Readers who are connected hear
    /// nothing of it by this.
    ///
    /// # Errors
    /// [`RedactError`]
    pub fn redact(&mut self, channel: ChannelId, seq: u64, now: Millis) -> Result<(), RedactError> {
        let asked = self.with(now, |parts, cx| parts.channels.redact(channel, seq, cx));
        self.finish(now);
        asked
    }

    /// The person has read up to here.
    pub fn mark_read(&mut self, channel: ChannelId, seq: u64, now: Millis) {
        self.with(now, |parts, cx| {
            if let Some(direct) = parts.direct.with(&channel) {
                direct.mark_read(&channel, seq, cx);
            }
            parts.channels.mark_read(channel, seq, cx);
            let direct = parts.direct.look().and_then(|it| it.timeline(&channel));
            let timeline = direct.or(parts.channels.timeline(&channel));
            if let Some(read) = timeline.map(Timeline::read_up_to) {
                parts.account_data.set_read(channel, read, cx);
            }
        });
        self.finish(now);
    }

    /// What is on the screen now: the open text channel, and whether the list of members shows.
    pub fn watch(&mut self, channel: Option<ChannelId>, presence: bool, now: Millis) {
        self.with(now, |parts, cx| {
            // The relay knows nothing of conversations.
            let channel = channel.filter(|it| !parts.direct.has(it));
            parts.people.watch(channel, presence, cx);
        });
        self.finish(now);
    }

    /// The person is typing. May be called at every key.
    pub fn typing(&mut self, channel: ChannelId, now: Millis) {
        self.with(now, |parts, cx| {
            let Some(direct) = parts.direct.with(&channel) else {
                return parts.people.typing(channel, &parts.account_data, cx);
            };
            if parts.people.is_time_to_tell_typing(&parts.account_data, cx) {
                direct.tell_typing(&channel, &parts.account_data, cx);
            }
        });
        self.finish(now);
    }
}

/// Verification of members.
impl Engine {
    /// Sends a message of [`crate::verification`] to a device.
    pub fn send_verification(&mut self, to: DeviceId, message: VerificationMessage, now: Millis) {
        let body = ToDeviceBody::Verification { message };
        self.output.send_to_device(to, body);
        self.finish(now);
    }
}

/// Voice channels.
impl Engine {
    /// Enters a voice channel, or the room of the direct call of [`Engine::ringing`], leaving any other.
    pub fn join_voice(&mut self, channel: ChannelId, now: Millis) {
        self.leave_calls_but(Some(channel), now);
        self.with(now, |parts, cx| parts.voice.end(cx));
        // The others hear of the old stay's end before the relay hears of the new one.
        self.route(now);
        let room_of = self.people_of_room(&channel);
        self.with(now, |parts, cx| {
            parts.voice.join(channel, room_of, call::begin, cx);
        });
        self.finish(now);
    }

    /// Leaves the voice channel or the direct call.
    pub fn leave_voice(&mut self, now: Millis) {
        self.leave_voice_for(None, now);
    }

    /// The same before another call is joined. If that is the room of the direct call of [`Engine::ringing`], it goes on:
    /// it begins before this device is in its room.
    pub fn leave_voice_for(&mut self, next: Option<ChannelId>, now: Millis) {
        self.leave_calls_but(next, now);
        self.end_call_and_leave(now);
        self.finish(now);
    }

    pub(super) fn end_call_and_leave(&mut self, now: Millis) {
        if self.with(now, |parts, cx| parts.voice.end(cx)) {
            // The others hear of it before the relay takes this device off the roster.
            self.route(now);
            self.with(now, |_, cx| Voice::ask_to_leave(cx));
        }
    }

    /// What others see of this device in its channel.
    pub fn set_voice_state(&mut self, state: VoiceState, now: Millis) {
        self.with(now, |parts, cx| parts.voice.set_state(state, cx));
        self.finish(now);
    }

    /// Whether media goes only through TURN, so that members do not see this device's address.
    pub fn set_relay_only(&mut self, relay_only: bool, now: Millis) {
        self.with(now, |parts, cx| parts.voice.set_relay_only(relay_only, cx));
        self.finish(now);
    }

    /// Asks for STUN and TURN servers, whether in a call or not; they come as [`crate::effect::Event::IceServers`]. Says whether the
    /// relay could be asked.
    pub fn ask_ice_servers(&mut self, now: Millis) -> bool {
        let is_open = self.sync.is_open();
        if is_open {
            self.output.ask(Asked::ServersToTry, Request::IceServers);
        }
        self.finish(now);
        is_open
    }

    /// Something happened to a connection of the browser.
    pub fn handle_peer(&mut self, peer: PeerId, event: PeerEvent, now: Millis) {
        self.with(now, |parts, cx| parts.voice.handle_peer(peer, event, cx));
        self.finish(now);
    }

    /// The person asks to try a failed connection again.
    pub fn retry_peer(&mut self, device: DeviceId, now: Millis) {
        self.with(now, |parts, cx| parts.voice.retry_peer(device, cx));
        self.finish(now);
    }
}
