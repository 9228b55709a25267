//! The outbox of each channel: what was written waits here, and goes out once, in order. For each channel
//! one step at a time: announce a session, share its key, send a message, wait for the relay's word.

use parley_protocol::Millis;
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::Request;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId};
use parley_protocol::limits::{MAX_MAIL_RECIPIENTS, MAX_TEXT_BYTES};

use super::Engine;
use super::requests::{Asked, retry_wait};
use crate::content::{MailBody, MessageBody, MessageContent};
use crate::effect::Event;
use crate::megolm::OutboundSession;
use crate::store::{Change, Table, number_key};
use crate::timeline::{OutboxItem, OutboxState};

/// Messages that may wait in all channels together.
const OUTBOX: usize = 1_000;
/// An announcement that was refused is tried again after this: the log may say more by then.
const PAUSE: Millis = 2_000;

/// What a channel waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The relay's word on the announcement.
    Announcing,
    /// The relay's word on a message.
    Posting(MessageId),
    /// Time to try again.
    Pausing { until: Millis },
}

/// Why a text was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Nothing but blanks.
    #[error("there is nothing to send")]
    Empty,
    /// More than [`MAX_TEXT_BYTES`].
    #[error("the message has {bytes} bytes, {MAX_TEXT_BYTES} are allowed")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// The member may not write there.
    #[error("this channel cannot be written to")]
    NotPermitted,
    /// Too much is waiting already.
    #[error("{OUTBOX} messages are waiting already")]
    OutboxFull,
}

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
        if text.trim().is_empty() {
            return Err(SendError::Empty);
        }
        if text.len() > MAX_TEXT_BYTES {
            return Err(SendError::TooLong { bytes: text.len() });
        }
        if !self.community.may_write(&self.user, &channel) {
            return Err(SendError::NotPermitted);
        }
        if self
            .timelines
            .values()
            .map(|timeline| timeline.outbox.len())
            .sum::<usize>()
            >= OUTBOX
        {
            return Err(SendError::OutboxFull);
        }
        self.outbox_order += 1;
        let id = MessageId::from_bytes(self.rng.bytes());
        let order = self.outbox_order;
        let item = OutboxItem {
            id,
            channel,
            text,
            at: now,
            state: OutboxState::Waiting,
            order,
            encrypted: None,
        };
        self.output
            .store(Change::put(Table::Outbox, number_key(order), &item));
        self.timelines
            .entry(channel)
            .or_default()
            .outbox
            .push_back(item);
        self.output.event(Event::Timeline(channel));
        self.pump_channel(channel, now);
        self.output.flush();
        Ok(id)
    }

    /// Tries a refused message again.
    pub fn retry(&mut self, message: MessageId, now: Millis) {
        let Some(channel) = self.outbox_channel(message) else {
            return;
        };
        self.change_outbox(channel, message, |item| {
            if let OutboxState::Failed { .. } = item.state {
                item.state = OutboxState::Waiting;
            }
        });
        self.pump_channel(channel, now);
        self.output.flush();
    }

    /// Takes back a message that has not gone out: one that waits or was refused.
    pub fn discard(&mut self, message: MessageId, now: Millis) {
        let Some(channel) = self.outbox_channel(message) else {
            return;
        };
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        timeline.outbox.retain(|item| {
            let on_its_way =
                item.encrypted.is_some() && !matches!(item.state, OutboxState::Failed { .. });
            let keep = item.id != message || on_its_way;
            if !keep {
                self.output
                    .store(Change::delete(Table::Outbox, number_key(item.order)));
            }
            keep
        });
        self.output.event(Event::Timeline(channel));
        self.pump_channel(channel, now);
        self.output.flush();
    }

    pub(super) fn writing_timeout(&self) -> Option<Millis> {
        self.writing
            .values()
            .filter_map(|step| match step {
                Step::Pausing { until } => Some(*until),
                Step::Announcing | Step::Posting(_) => None,
            })
            .min()
    }

    pub(super) fn writing_timeout_reached(&mut self, now: Millis) {
        let before = self.writing.len();
        self.writing
            .retain(|_, step| !matches!(step, Step::Pausing { until } if *until <= now));
        if self.writing.len() < before {
            self.pump_writing(now);
        }
    }

    pub(super) fn pause_writing(&mut self) {
        self.writing.clear();
        let channels: Vec<ChannelId> = self.timelines.keys().copied().collect();
        for channel in channels {
            self.change_every_outbox_item(channel, |item| {
                if item.state == OutboxState::Sending {
                    item.state = OutboxState::Waiting;
                }
            });
        }
    }

    pub(super) fn resume_writing(&mut self, now: Millis) {
        self.pump_writing(now);
    }

    /// Takes the next step in every channel that can.
    pub(super) fn pump_writing(&mut self, now: Millis) {
        let channels: Vec<ChannelId> = self
            .timelines
            .iter()
            .filter(|(_, timeline)| !timeline.outbox.is_empty())
            .map(|(channel, _)| *channel)
            .collect();
        for channel in channels {
            self.pump_channel(channel, now);
        }
    }

    fn pump_channel(&mut self, channel: ChannelId, now: Millis) {
        if !self.connection.is_open()
            || self.writing.contains_key(&channel)
            || !self.is_log_current()
        {
            return;
        }
        let Some(next) = self.next_in_outbox(channel) else {
            return;
        };
        if next.encrypted.is_none() && !self.prepare_session(channel, now) {
            return;
        }
        let Some((session, ciphertext)) = next
            .encrypted
            .or_else(|| self.encrypt(channel, next.id, next.at, next.text))
        else {
            return;
        };
        self.change_outbox(channel, next.id, |item| item.state = OutboxState::Sending);
        self.writing.insert(channel, Step::Posting(next.id));
        let message = EncryptedMessage {
            id: next.id,
            session,
            ciphertext,
        };
        self.ask(
            Asked::Post(channel, next.id),
            Request::Post { channel, message },
        );
    }

    fn next_in_outbox(&self, channel: ChannelId) -> Option<OutboxItem> {
        let timeline = self.timelines.get(&channel)?;
        timeline
            .outbox
            .iter()
            .find(|item| item.state == OutboxState::Waiting)
            .cloned()
    }

    /// Whether the session is ready for a message. If not, the next step towards it was taken.
    fn prepare_session(&mut self, channel: ChannelId, now: Millis) -> bool {
        let shrank_at = self.community.readers_shrank_at(&channel);
        let spent = self
            .outbound
            .get(&channel)
            .is_none_or(|session| session.is_spent(shrank_at, now));
        if spent && !self.start_session(channel, now) {
            return false;
        }
        let Some(session) = self.outbound.get(&channel) else {
            return false;
        };
        if !session.is_announced() {
            let announcement = session.announcement().clone();
            self.writing.insert(channel, Step::Announcing);
            self.ask(
                Asked::Announce(channel),
                Request::Announce {
                    channel,
                    announcement,
                },
            );
            return false;
        }
        self.share_session(channel, now);
        !self.mail.is_claiming()
    }

    fn start_session(&mut self, channel: ChannelId, now: Millis) -> bool {
        let previous = self
            .outbound
            .get(&channel)
            .filter(|old| old.is_announced())
            .map(OutboundSession::as_previous);
        let (community, head) = (self.community.id(), self.community.head());
        let Some((session, inbound)) =
            OutboundSession::start(&self.device, community, channel, head, previous, now)
        else {
            return false;
        };
        self.inbound.insert_own(channel, session.id(), inbound);
        self.store_inbound(channel, session.id());
        self.outbound.insert(channel, session);
        self.store_outbound(channel);
        true
    }

    /// Sends the key to every reader's device that does not have it, up to what one batch holds.
    fn share_session(&mut self, channel: ChannelId, now: Millis) {
        let Some(session) = self.outbound.get(&channel) else {
            return;
        };
        let id = session.id();
        let readers = self
            .community
            .reader_devices(&channel)
            .map(|(device, _)| device);
        let mut lacking = session.lacking(readers);
        lacking.truncate(MAX_MAIL_RECIPIENTS);
        if lacking.is_empty() {
            return;
        }
        for device in &lacking {
            let Some(user) = self.community.active_device(device).map(|found| found.user) else {
                continue;
            };
            if let Some(key) = self.key_for(user, channel, id) {
                self.queue_mail(
                    *device,
                    MailBody::SessionKey {
                        channel,
                        session: id,
                        key,
                    },
                    false,
                );
            }
        }
        if let Some(session) = self.outbound.get_mut(&channel) {
            session.mark_shared(&lacking);
        }
        self.store_outbound(channel);
        self.pump_mail(now);
    }

    /// Encrypts once; what is sent again later is the same ciphertext.
    fn encrypt(
        &mut self,
        channel: ChannelId,
        id: MessageId,
        at: Millis,
        text: String,
    ) -> Option<(parley_protocol::keys::SessionId, String)> {
        let (community, head) = (self.community.id(), self.community.head());
        let content = MessageContent {
            community,
            channel,
            id,
            at,
            head,
            body: MessageBody::Text { text },
        };
        let plaintext = serde_json::to_vec(&content).ok()?;
        let encrypted = self.outbound.get_mut(&channel)?.encrypt(&plaintext);
        let pair = (encrypted.session, encrypted.ciphertext);
        self.store_outbound(channel);
        self.change_outbox(channel, id, |item| item.encrypted = Some(pair.clone()));
        Some(pair)
    }

    pub(super) fn handle_announced(&mut self, channel: ChannelId, now: Millis) {
        self.writing.remove(&channel);
        if let Some(session) = self.outbound.get_mut(&channel) {
            session.set_announced();
        }
        self.store_outbound(channel);
        self.pump_channel(channel, now);
    }

    pub(super) fn handle_announce_refused(
        &mut self,
        channel: ChannelId,
        error: &ApiError,
        now: Millis,
    ) {
        if error.code == ErrorCode::SessionRetired {
            self.retire_session(channel);
        }
        self.pause_channel(channel, error, now);
    }

    pub(super) fn handle_posted(&mut self, channel: ChannelId, message: MessageId, now: Millis) {
        self.writing.remove(&channel);
        if let Some(session) = self.outbound.get_mut(&channel) {
            session.mark_sent();
        }
        self.store_outbound(channel);
        self.change_outbox(channel, message, |item| item.state = OutboxState::Sent);
        self.pump_channel(channel, now);
    }

    pub(super) fn handle_post_refused(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        error: ApiError,
        now: Millis,
    ) {
        if retry_wait(&error).is_some() {
            self.change_outbox(channel, message, |item| item.state = OutboxState::Waiting);
            return self.pause_channel(channel, &error, now);
        }
        let again = matches!(error.code, ErrorCode::SessionRetired | ErrorCode::UnknownSession);
        self.retire_session(channel);
        self.change_outbox(channel, message, |item| {
            item.encrypted = None;
            item.state = if again {
                OutboxState::Waiting
            } else {
                OutboxState::Failed { error: error.code.clone() }
            };
        });
        self.writing.remove(&channel);
        self.pump_channel(channel, now);
    }

    fn pause_channel(&mut self, channel: ChannelId, error: &ApiError, now: Millis) {
        let wait = retry_wait(error).unwrap_or(PAUSE);
        self.writing.insert(channel, Step::Pausing { until: now + wait });
    }

    fn retire_session(&mut self, channel: ChannelId) {
        if let Some(session) = self.outbound.get_mut(&channel) {
            session.retire();
        }
        self.store_outbound(channel);
    }

    /// A message of this device stands in its channel: it is out of the outbox for good.
    pub(super) fn leave_outbox(
        &mut self,
        channel: ChannelId,
        author: DeviceId,
        message: MessageId,
    ) {
        if author != self.device.id() {
            return;
        }
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.outbox.retain(|item| {
                if item.id == message {
                    self.output
                        .store(Change::delete(Table::Outbox, number_key(item.order)));
                }
                item.id != message
            });
            if self.writing.get(&channel) == Some(&Step::Posting(message))
                && let Some(session) = self.outbound.get_mut(&channel)
            {
                session.mark_sent();
            }
        }
    }

    fn store_outbound(&mut self, channel: ChannelId) {
        if let Some(session) = self.outbound.get(&channel) {
            self.output.store(Change::put(
                Table::OutboundSessions,
                channel.to_string(),
                &session.pickle(),
            ));
        }
    }

    fn outbox_channel(&self, message: MessageId) -> Option<ChannelId> {
        let holds = |timeline: &crate::timeline::Timeline| {
            timeline.outbox.iter().any(|item| item.id == message)
        };
        self.timelines
            .iter()
            .find(|(_, timeline)| holds(timeline))
            .map(|(channel, _)| *channel)
    }

    fn change_outbox(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        change: impl Fn(&mut OutboxItem),
    ) {
        self.change_every_outbox_item(channel, |item| {
            if item.id == message {
                change(item);
            }
        });
    }

    fn change_every_outbox_item(&mut self, channel: ChannelId, change: impl Fn(&mut OutboxItem)) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        for item in &mut timeline.outbox {
            let before = item.clone();
            change(item);
            if *item != before {
                self.output
                    .store(Change::put(Table::Outbox, number_key(item.order), item));
                self.output.event(Event::Timeline(channel));
            }
        }
    }
}
