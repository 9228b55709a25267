//! How the outbox goes out: once, in order. For each channel one step at a time: announce a session,
//! share its key, send a message, wait for the relay's word. What waits is kept in `outbox`.

use parley_protocol::Millis;
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::Request;
use parley_protocol::ids::{ChannelId, MessageId};
use parley_protocol::json;
use parley_protocol::limits::MAX_MAIL_RECIPIENTS;

use super::Engine;
use super::keys::Verdict;
use super::requests::{Asked, retry_wait};
use crate::content::{MessageBody, MessageContent};
use crate::megolm::OutboundSession;
use crate::store::{Change, Table};
use crate::timeline::{OutboxItem, OutboxState};

/// An announcement that was refused is tried again after this: the log may say more by then.
const PAUSE: Millis = 2_000;

/// A session's key goes before its first message to devices that have to be reached first, but the message
/// waits for that no longer than this. Who has no key by then asks for it.
const SHARE_WITHIN: Millis = 2_000;

/// What a channel waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The relay's word on the announcement.
    Announcing,
    /// The relay's word on a message.
    Posting(MessageId),
    /// The keys of devices that the session's key goes to.
    Sharing { until: Millis },
    /// Time to try again.
    Pausing { until: Millis },
}

impl Engine {
    pub(super) fn writing_timeout(&self) -> Option<Millis> {
        self.writing
            .values()
            .filter_map(|step| match step {
                Step::Sharing { until } | Step::Pausing { until } => Some(*until),
                Step::Announcing | Step::Posting(_) => None,
            })
            .min()
    }

    pub(super) fn writing_timeout_reached(&mut self, now: Millis) {
        let before = self.writing.len();
        self.writing.retain(|_, step| match step {
            Step::Sharing { until } | Step::Pausing { until } => *until > now,
            Step::Announcing | Step::Posting(_) => true,
        });
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

    pub(super) fn pump_channel(&mut self, channel: ChannelId, now: Millis) {
        if !self.connection.is_open() || self.writing.contains_key(&channel) || !self.is_log_whole()
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

    /// What was encrypted has its number in the session already, so it goes before what is tried again.
    fn next_in_outbox(&self, channel: ChannelId) -> Option<OutboxItem> {
        let timeline = self.timelines.get(&channel)?;
        let mut waiting = timeline
            .outbox
            .iter()
            .filter(|item| item.state == OutboxState::Waiting);
        let first = waiting.clone().next();
        waiting
            .find(|item| item.encrypted.is_some())
            .or(first)
            .cloned()
    }

    /// Whether the session is ready for a message. If not, the next step towards it was taken.
    fn prepare_session(&mut self, channel: ChannelId, now: Millis) -> bool {
        let shrank_at = self.community.readers_shrank_at(&channel);
        let spent = self.outbound.get(&channel).is_none_or(|session| {
            // Only the relay knows whether an announcement whose answer was lost stands in the channel.
            session.is_spent(shrank_at, now) && !session.may_be_announced()
        });
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
        if self.share_session(channel, now) && self.mail.waiting_shares().contains(&channel) {
            let until = now + SHARE_WITHIN;
            self.writing.insert(channel, Step::Sharing { until });
            return false;
        }
        true
    }

    /// Devices' keys came, or will not come: what waited for them goes on.
    pub(super) fn go_on_after_sharing(&mut self, now: Millis) {
        let waiting = self.mail.waiting_shares();
        self.writing.retain(|channel, step| {
            !matches!(step, Step::Sharing { .. }) || waiting.contains(channel)
        });
        self.pump_writing(now);
    }

    fn start_session(&mut self, channel: ChannelId, now: Millis) -> bool {
        let me = self.device.id();
        let previous = match self.outbound.get(&channel) {
            Some(old) => old.as_previous(),
            // The store lost it: the channel tells how far it went.
            None => self
                .timelines
                .get(&channel)
                .and_then(|timeline| timeline.end_of(me)),
        };
        let (community, head) = (self.community.id(), self.community.head());
        let Some((session, inbound)) =
            OutboundSession::start(&self.device, community, channel, head, previous, now)
        else {
            return false;
        };
        self.inbound.insert_own(session.named_in(channel), inbound);
        self.store_inbound(session.named_in(channel));
        self.outbound.insert(channel, session);
        self.store_outbound(channel);
        true
    }

    /// Sends the key to every reader's device that does not have it, up to what one batch holds. Says whether
    /// the next message may wait for that: not for one batch after another in a large channel.
    fn share_session(&mut self, channel: ChannelId, now: Millis) -> bool {
        let Some(session) = self.outbound.get(&channel) else {
            return false;
        };
        let id = session.named_in(channel);
        let readers = self
            .community
            .reader_devices(&channel)
            .map(|(device, _)| device);
        let mut lacking = session.lacking(readers);
        if lacking.is_empty() {
            return false;
        }
        let waits = lacking.len() <= MAX_MAIL_RECIPIENTS || !session.is_shared();
        lacking.truncate(MAX_MAIL_RECIPIENTS);
        let mut shared = Vec::new();
        for device in lacking {
            match self.judge_letting(id, device, 0) {
                Verdict::Release { since } => {
                    if let Some(key) = self.key_since(id, since, None) {
                        self.queue_share(device, id, key);
                    }
                }
                // It is owed until the log is whole.
                Verdict::Wait => {}
                Verdict::Refuse(_) => continue,
            }
            shared.push(device);
        }
        if let Some(session) = self.outbound.get_mut(&channel) {
            session.mark_shared(&shared);
        }
        self.store_outbound(channel);
        self.look_after_shares(now);
        self.pump_mail(now);
        waits
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
            from: self.device.id(),
            id,
            at,
            head,
            body: MessageBody::Text(text),
        };
        let plaintext = json::write(&content);
        let encrypted = self
            .outbound
            .get_mut(&channel)?
            .encrypt(plaintext.as_bytes());
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
        } else if retry_wait(error).is_none() {
            return self.fail_channel(channel, error);
        }
        self.pause_channel(channel, error, now);
    }

    /// Nothing can be written here now: everything that waits says so.
    fn fail_channel(&mut self, channel: ChannelId, error: &ApiError) {
        self.writing.remove(&channel);
        self.retire_session(channel);
        self.change_every_outbox_item(channel, |item| {
            if item.state == OutboxState::Waiting {
                item.encrypted = None;
                item.state = OutboxState::Failed {
                    error: error.code.clone(),
                };
            }
        });
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
        let again = matches!(
            error.code,
            ErrorCode::SessionRetired | ErrorCode::UnknownSession
        );
        self.retire_session(channel);
        self.change_outbox(channel, message, |item| {
            item.note_refused();
            item.state = if again {
                OutboxState::Waiting
            } else {
                OutboxState::Failed {
                    error: error.code.clone(),
                }
            };
        });
        self.writing.remove(&channel);
        self.pump_channel(channel, now);
    }

    fn pause_channel(&mut self, channel: ChannelId, error: &ApiError, now: Millis) {
        let wait = retry_wait(error).unwrap_or(PAUSE);
        self.writing
            .insert(channel, Step::Pausing { until: now + wait });
    }

    fn retire_session(&mut self, channel: ChannelId) {
        if let Some(session) = self.outbound.get_mut(&channel) {
            session.retire();
        }
        self.store_outbound(channel);
    }

    pub(super) fn store_outbound(&mut self, channel: ChannelId) {
        if let Some(session) = self.outbound.get(&channel) {
            self.output.store(Change::put(
                Table::OutboundSessions,
                channel.to_string(),
                &session.pickle(),
            ));
        }
    }
}
