//! What was asked of the relay, and where each answer goes. Appends to the log are asked again after a
//! break, until they are answered.

use std::collections::BTreeSet;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::entry::{Action, Entry, EntryBody};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, Request, RequestId, Response};
use parley_protocol::ids::{ChannelId, DeviceId, EntryId, InviteId, MailId, MessageId};
use parley_protocol::invite::InviteLink;
use parley_protocol::signing;

use super::Engine;
use crate::effect::Event;
use crate::identity::Identity;
use crate::megolm::SessionRef;

/// A relay that could not store something gets it again after this.
const RETRY_AFTER: Millis = 2_000;

/// What a request was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    Append(EntryId),
    Announce(ChannelId),
    Post(ChannelId, MessageId),
    Mail(MailId),
    Claim(Vec<DeviceId>),
    Publish,
    Subscribe(ChannelId),
    History(ChannelId),
    Announcement(SessionRef),
    JoinVoice,
    LeaveVoice,
    IceServers,
}

/// Requests on their way, and appends that were not answered yet.
#[derive(Default)]
pub(super) struct Requests {
    next: RequestId,
    asked_by_id: LiteMap<RequestId, Asked>,
    appends_by_id: LiteMap<EntryId, Entry>,
    /// Channels that the relay sends in this connection.
    pub(super) subscribed: BTreeSet<ChannelId>,
}

impl Requests {
    /// The connection is gone, and with it every answer.
    pub(super) fn clear(&mut self) {
        self.asked_by_id.clear();
        self.subscribed.clear();
    }
}

/// Why an entry was not even asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The relay must be there to give the entry its place.
    #[error("there is no connection to the relay")]
    NotConnected,
}

/// How long to wait before the same request may succeed. `None` if it never will.
pub(super) fn retry_wait(error: &ApiError) -> Option<Millis> {
    if let ErrorCode::RateLimited { retry_after } = error.code {
        return Some(u64::from(retry_after).max(1) * 1_000);
    }
    matches!(error.code, ErrorCode::StorageFailed | ErrorCode::Internal).then_some(RETRY_AFTER)
}

impl Engine {
    pub(super) fn ask(&mut self, asked: Asked, request: Request) {
        self.requests.next += 1;
        let id = self.requests.next;
        self.requests.asked_by_id.insert(id, asked);
        self.output.send(&ClientToRelay::Request { id, request });
    }

    pub(super) fn is_asked(&self, asked: &Asked) -> bool {
        self.requests
            .asked_by_id
            .values()
            .any(|other| other == asked)
    }

    /// Signs an entry and asks for its place in the log. The outcome is an event.
    ///
    /// # Errors
    /// [`AppendError::NotConnected`]
    pub fn append(&mut self, action: Action, now: Millis) -> Result<EntryId, AppendError> {
        if !self.connection.is_open() {
            return Err(AppendError::NotConnected);
        }
        let id = EntryId::from_bytes(self.rng.bytes());
        let (community, head) = (self.community.id(), self.community.head());
        let body = EntryBody {
            community,
            id,
            at: now,
            head,
            action,
        }
        .to_text();
        let signature = self.device.sign(&signing::entry(&body));
        let entry = Entry {
            body,
            author: self.device.id(),
            signature,
        };
        self.requests.appends_by_id.insert(id, entry.clone());
        self.ask(Asked::Append(id), Request::Append { entry });
        self.output.flush();
        Ok(id)
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
        let key = Identity::generate(&mut self.rng);
        let invite = InviteId::from_bytes(self.rng.bytes());
        let action = Action::InviteMade {
            invite,
            key: key.public_key(),
            expires_at,
            max_uses,
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

    /// Makes a channel.
    ///
    /// # Errors
    /// [`AppendError::NotConnected`]
    pub fn create_channel(
        &mut self,
        kind: parley_protocol::entry::ChannelKind,
        details: parley_protocol::entry::ChannelDetails,
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

    pub(super) fn resume_appends(&mut self) {
        let entries: Vec<(EntryId, Entry)> = self
            .requests
            .appends_by_id
            .iter()
            .map(|(id, entry)| (*id, entry.clone()))
            .collect();
        for (id, entry) in entries {
            self.ask(Asked::Append(id), Request::Append { entry });
        }
    }

    pub(super) fn handle_response(&mut self, id: RequestId, response: Response, now: Millis) {
        let Some(asked) = self.requests.asked_by_id.remove(&id) else {
            return self.drop_connection(now);
        };
        match (asked, response) {
            (Asked::Append(entry), Response::Appended { .. }) => {
                self.requests.appends_by_id.remove(&entry);
                self.output.event(Event::Appended { entry });
            }
            (Asked::Announce(channel), Response::Posted { .. }) => {
                self.handle_announced(channel, now);
            }
            (Asked::Post(channel, message), Response::Posted { .. }) => {
                self.handle_posted(channel, message, now);
            }
            (Asked::Mail(mail), Response::MailSent { full }) => {
                self.handle_mail_sent(mail, &full, now);
            }
            (Asked::Claim(devices), Response::Prekeys { prekeys }) => {
                self.handle_prekeys(&devices, &prekeys, now);
            }
            (Asked::History(channel), Response::Page(page)) => {
                self.handle_history(channel, page, now);
            }
            (Asked::Announcement(session), Response::Page(page)) => {
                self.handle_announcement_page(session, &page, now);
            }
            (Asked::JoinVoice, Response::IceServers(ice)) => self.handle_voice_joined(ice, now),
            (Asked::IceServers, Response::IceServers(ice)) => self.handle_ice_servers(ice, now),
            (Asked::Subscribe(channel), Response::Subscribed { last }) => {
                self.handle_subscribed(channel, last);
            }
            (Asked::Publish | Asked::LeaveVoice, Response::Done) => {}
            (_, _) => self.drop_connection(now),
        }
    }

    pub(super) fn handle_refusal(&mut self, id: RequestId, error: ApiError, now: Millis) {
        let Some(asked) = self.requests.asked_by_id.remove(&id) else {
            return self.drop_connection(now);
        };
        match asked {
            Asked::Append(entry) => {
                self.requests.appends_by_id.remove(&entry);
                self.output.event(Event::AppendRefused { entry, error });
            }
            Asked::Announce(channel) => self.handle_announce_refused(channel, &error, now),
            Asked::Post(channel, message) => self.handle_post_refused(channel, message, error, now),
            Asked::Mail(mail) => self.handle_mail_refused(mail, &error, now),
            Asked::Claim(devices) => self.handle_claim_refused(&devices, now),
            Asked::History(channel) => self.handle_history_refused(channel),
            Asked::Announcement(session) => {
                self.handle_announcement_refused(session, &error, now);
            }
            Asked::JoinVoice => self.handle_voice_refused(error, now),
            Asked::Publish | Asked::Subscribe(_) | Asked::LeaveVoice | Asked::IceServers => {}
        }
    }
}
