//! From ciphertext to text, or to the reason why not. Every claim that a message makes is checked: its
//! session is its author's, its place is the one it was written for, and it stands there once.

use parley_protocol::Millis;
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::json;
use parley_protocol::limits::{MAX_TEXT_BYTES, SESSION_MAX_MESSAGES};

use super::Engine;
use crate::content::{MessageBody, MessageContent};
use crate::effect::Event;
use crate::megolm::{ReadError, SessionRef, signed_index};
use crate::timeline::{Body, TimelineItem, Unreadable};

impl Engine {
    /// Tries again what could not be read for want of this session's key.
    pub(super) fn read_again(&mut self, session: SessionRef, now: Millis) {
        let channel = session.channel;
        let Some(timeline) = self.timelines.get(&channel) else {
            return;
        };
        let waiting: Vec<TimelineItem> = timeline
            .locked(session.device, session.session)
            .cloned()
            .collect();
        for item in waiting {
            let read = self.read(channel, item, now);
            self.put_item(channel, read);
        }
        self.output.event(Event::Timeline(channel));
    }

    pub(super) fn unread_item(
        &self,
        seq: u64,
        at: Millis,
        author: DeviceId,
        message: EncryptedMessage,
    ) -> TimelineItem {
        let user = self
            .community
            .devices()
            .get(&author)
            .map(|device| device.user);
        let index = signed_index(message.session, &message.ciphertext);
        TimelineItem {
            seq,
            id: message.id,
            device: author,
            user: user.unwrap_or(parley_protocol::ids::UserId::from_bytes([0; 16])),
            at,
            body: Body::Unreadable {
                why: Unreadable::KeyNotHereYet,
            },
            session: message.session,
            named: None,
            head_seq: 0,
            index: index.unwrap_or(0),
            is_signed: index.is_some(),
            ciphertext: Some(message.ciphertext),
        }
    }

    /// The session must have been announced by the author, and not replaced before this place.
    fn check_announced(&self, channel: ChannelId, item: &TimelineItem) -> Result<(), Unreadable> {
        let session = item.session_in(channel);
        let announced = self
            .inbound
            .announced(session)
            .ok_or_else(|| self.why_not_announced(session))?;
        if announced.seq > item.seq {
            return Err(Unreadable::NotAnnounced);
        }
        if self.inbound.is_retired_at(session, item.seq) {
            return Err(Unreadable::SessionRetired);
        }
        Ok(())
    }

    /// There must be a place in the log at which the relay may have taken the message, not before the one that it
    /// `named`.
    pub(super) fn check_place(
        &self,
        channel: ChannelId,
        item: &TimelineItem,
        named: u64,
    ) -> Result<(), Unreadable> {
        let session = item.session_in(channel);
        let announced = self.inbound.announced(session);
        let announced = announced.map_or(0, |announced| announced.head.seq);
        let seen = self.newest_head_before(channel, item.seq).max(named);
        let device = &item.device;
        if self
            .community
            .is_session_over(&channel, device, announced, seen)
        {
            return Err(Unreadable::SessionRetired);
        }
        if !self
            .community
            .could_write(&channel, device, announced, seen)
        {
            return Err(Unreadable::NotPermitted);
        }
        Ok(())
    }

    /// The newest place in the log that anything before a place in the channel names: an honest relay knew
    /// it by then.
    fn newest_head_before(&self, channel: ChannelId, seq: u64) -> u64 {
        let read = self.timelines.get(&channel);
        read.map_or(0, |timeline| timeline.head_before(seq))
            .max(self.inbound.head_before(channel, seq))
    }

    pub(super) fn read(
        &mut self,
        channel: ChannelId,
        item: TimelineItem,
        now: Millis,
    ) -> TimelineItem {
        match self.open(channel, &item) {
            Ok(content) => {
                self.note_proven_keys(now);
                self.judge(channel, item, content)
            }
            Err(why) => {
                let is_locked =
                    matches!(why, Unreadable::KeyNotHereYet | Unreadable::BeforeYouJoined);
                let is_announced = self.inbound.announced(item.session_in(channel)).is_some();
                let refused = (is_locked && is_announced)
                    .then(|| self.check_place(channel, &item, 0).err())
                    .flatten();
                if refused.is_none() {
                    self.ask_for_what_is_missing(channel, &item, why, now);
                }
                refuse(item, refused.unwrap_or(why))
            }
        }
    }

    /// Whether what was opened may stand where it stands.
    fn judge(
        &mut self,
        channel: ChannelId,
        mut item: TimelineItem,
        content: MessageContent,
    ) -> TimelineItem {
        let head = content.head;
        let is_in_our_log = self.community.hash_at(head.seq) == Some(head.hash);
        let named = if is_in_our_log { head.seq } else { 0 };
        let mut judged = self.check_place(channel, &item, named);
        if judged.is_ok() || self.community.active_device(&item.device).is_some() {
            self.check_seen_head(item.device, head);
        }
        item.named = Some(head);
        if item.was_not_permitted() && !is_in_our_log {
            // What allows it is not here, or does not exist.
            judged = Err(Unreadable::NotPermitted);
        }
        if let Err(why) = judged {
            if why == Unreadable::NotPermitted && is_in_our_log && self.is_log_whole() {
                // For good: what they may do later changes nothing for what stands here now.
                item.ciphertext = None;
            }
            return refuse(item, why);
        }
        // Ids of what was not read are only the relay's word.
        let timeline = self.timelines.get(&channel);
        let stands = timeline.and_then(|timeline| timeline.seq_of_text(item.device, item.id));
        if stands.is_some_and(|seq| seq != item.seq) {
            return refuse(item, Unreadable::Repeated);
        }
        item.at = content.at;
        item.head_seq = named;
        item.ciphertext = None;
        item.body = match content.body {
            MessageBody::Text(text) => Body::Text { text },
            MessageBody::Unknown => Body::Unreadable {
                why: Unreadable::Newer,
            },
        };
        item
    }

    pub(super) fn ask_for_what_is_missing(
        &mut self,
        channel: ChannelId,
        item: &TimelineItem,
        why: Unreadable,
        now: Millis,
    ) {
        let session = item.session_in(channel);
        let announced = self.inbound.announced(session).is_some();
        match why {
            Unreadable::KeyNotHereYet if announced => self.want_key(session, now),
            Unreadable::KeyNotHereYet => {
                self.want_announcement(session, item.seq, now);
            }
            // Who passed the key on may have known less of the past than the rules allow to tell.
            Unreadable::BeforeYouJoined if self.inbound.has_key(session) => {
                self.want_key(session, now);
            }
            Unreadable::BeforeYouJoined
            | Unreadable::SessionRetired
            | Unreadable::NotPermitted
            | Unreadable::NotAnnounced
            | Unreadable::Damaged
            | Unreadable::Repeated
            | Unreadable::Newer => {}
        }
    }

    /// Decrypts what its author wrote for this place.
    fn open(
        &mut self,
        channel: ChannelId,
        item: &TimelineItem,
    ) -> Result<MessageContent, Unreadable> {
        self.check_announced(channel, item)?;
        let session = item.session_in(channel);
        let ciphertext = item
            .ciphertext
            .as_deref()
            .filter(|_| item.is_signed)
            .ok_or(Unreadable::Damaged)?;
        let (plaintext, index) = match self.inbound.decrypt(session, ciphertext) {
            Ok(read) => read,
            Err(ReadError::Damaged) => return Err(Unreadable::Damaged),
            Err(ReadError::KeyMissing) => return Err(self.why_no_key(session)),
            Err(ReadError::BeforeKey) => return Err(self.why_before_key(channel)),
        };
        let content: MessageContent = json::read(&plaintext).map_err(|_| Unreadable::Damaged)?;
        let here = content.community == self.community.id()
            && content.channel == channel
            && content.from == item.device
            && content.id == item.id;
        if index >= SESSION_MAX_MESSAGES {
            return Err(Unreadable::SessionRetired);
        }
        (here && !is_too_long(&content.body))
            .then_some(content)
            .ok_or(Unreadable::Damaged)
    }

    /// A member who has the key said that this one may not have it: by design for newcomers.
    fn why_no_key(&self, session: SessionRef) -> Unreadable {
        if self.keys.is_refused(session) {
            self.why_before_key(session.channel)
        } else {
            Unreadable::KeyNotHereYet
        }
    }

    /// A key that starts later than the message: by design for newcomers, a passing lack otherwise.
    fn why_before_key(&self, channel: ChannelId) -> Unreadable {
        match self.community.reads_since(&self.user, &channel) {
            Some(1) | None => Unreadable::KeyNotHereYet,
            Some(_) => Unreadable::BeforeYouJoined,
        }
    }
}

/// No client writes it: it is there to make others work.
fn is_too_long(body: &MessageBody) -> bool {
    matches!(body, MessageBody::Text(text) if text.len() > MAX_TEXT_BYTES)
}

pub(super) fn refuse(mut item: TimelineItem, why: Unreadable) -> TimelineItem {
    item.body = Body::Unreadable { why };
    item
}
