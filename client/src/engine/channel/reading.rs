//! From ciphertext to text, or to the reason why not. Every claim that a message makes is checked: here that its
//! session is its author's, and that it was written for this channel; the rest in `placing`.

use parley_protocol::Millis;
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::json;
use parley_protocol::limits::{MAX_TEXT_BYTES, SESSION_MAX_MESSAGES};

use super::Channels;
use super::gone::user_of;
use super::placing::refuse;
use crate::content::MessageContent;
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::engine::wish::Wish;
use crate::file;
use crate::megolm::{ReadError, SessionRef, signed_index};
use crate::timeline::{Body, TimelineItem, Unreadable};

/// A message as far as it can be read.
pub(super) struct Read {
    pub(super) item: TimelineItem,
    /// Whether its session's key is missing.
    pub(super) lacks_key: bool,
}

impl Channels {
    /// Tries again what could not be read for want of this session's key. Says whether anything still lacks it.
    pub(super) fn read_again(&mut self, session: SessionRef, cx: &mut Cx<'_>) -> bool {
        let channel = session.channel;
        let mut lacks_key = self.read_past_again(session, cx);
        let Some(timeline) = self.timelines.get(&channel) else {
            return lacks_key;
        };
        let waiting: Vec<TimelineItem> = timeline
            .locked(session.device, session.session)
            .cloned()
            .collect();
        for item in waiting {
            if item.gone.is_some() {
                self.take_gone(channel, item, cx);
                continue;
            }
            let read = self.read(channel, item, cx);
            lacks_key |= read.lacks_key;
            self.put_item(channel, read.item, cx);
        }
        cx.output.event(Event::Timeline(channel));
        lacks_key
    }

    /// Asks for all that cannot be read: after a start, and when there is room again to ask.
    pub(in crate::engine) fn ask_for_unread(&mut self, cx: &mut Cx<'_>) {
        const LACKING: Body = Body::Unreadable {
            why: Unreadable::KeyNotHereYet,
        };
        let lacking: Vec<(ChannelId, TimelineItem)> = self
            .timelines
            .iter()
            .flat_map(|(channel, timeline)| timeline.items().map(|item| (*channel, item)))
            .filter(|(_, item)| item.body == LACKING || item.is_taken_away())
            .map(|(channel, item)| (channel, item.clone()))
            .collect();
        for (channel, item) in lacking {
            if item.gone.is_some() {
                self.take_gone(channel, item, cx);
                continue;
            }
            let session = item.session_in(channel);
            if self.inbound.has_key(session) {
                // It was stored, and what it opens was not: that is done now.
                self.read_again(session, cx);
                continue;
            }
            self.ask_for_what_is_missing(channel, &item, Unreadable::KeyNotHereYet, cx);
        }
    }

    /// The session must have been announced by the author, and not replaced before this message.
    fn check_announced(&self, channel: ChannelId, item: &TimelineItem) -> Result<(), Unreadable> {
        let session = item.session_in(channel);
        let announced = self
            .inbound
            .announced(session)
            .ok_or_else(|| self.announcements.why_missing(session))?;
        if announced.seq > item.seq {
            return Err(Unreadable::NotAnnounced);
        }
        if self.inbound.is_retired_at(session, item.seq) {
            return Err(Unreadable::SessionRetired);
        }
        Ok(())
    }

    pub(super) fn read(&mut self, channel: ChannelId, item: TimelineItem, cx: &mut Cx<'_>) -> Read {
        match self.open(channel, &item, cx) {
            Ok(content) => {
                self.note_proven_keys(cx);
                Read {
                    item: self.judge(channel, item, content, cx),
                    lacks_key: false,
                }
            }
            Err(why) => {
                let is_locked =
                    matches!(why, Unreadable::KeyNotHereYet | Unreadable::BeforeYouJoined);
                let is_announced = self.inbound.announced(item.session_in(channel)).is_some();
                let refused = (is_locked && is_announced)
                    .then(|| self.check_place(channel, &item, 0, cx).err())
                    .flatten();
                let lacks_key =
                    refused.is_none() && self.ask_for_what_is_missing(channel, &item, why, cx);
                Read {
                    item: refuse(item, refused.unwrap_or(why)),
                    lacks_key,
                }
            }
        }
    }

    /// Keeps that messages were opened with a key: it may be handed on now.
    fn note_proven_keys(&mut self, cx: &mut Cx<'_>) {
        for session in self.inbound.take_proven() {
            self.store_inbound(session, cx);
            cx.output.wish(Wish::NoteBelieved(session));
        }
    }

    /// Says whether it is the key that is missing.
    fn ask_for_what_is_missing(
        &mut self,
        channel: ChannelId,
        item: &TimelineItem,
        why: Unreadable,
        cx: &mut Cx<'_>,
    ) -> bool {
        let session = item.session_in(channel);
        let announced = self.inbound.announced(session).is_some();
        let lacks_key = match why {
            Unreadable::KeyNotHereYet => announced,
            // Who passed the key on may have known less of the past than the rules allow to tell.
            Unreadable::BeforeYouJoined => self.inbound.has_key(session),
            Unreadable::SessionRetired
            | Unreadable::NotPermitted
            | Unreadable::NotAnnounced
            | Unreadable::Damaged
            | Unreadable::Repeated
            | Unreadable::Newer
            | Unreadable::TakenAway => false,
        };
        if lacks_key {
            cx.output.wish(Wish::WantKey(session));
        } else if why == Unreadable::KeyNotHereYet {
            self.announcements.want(session, item.seq, cx.now);
        }
        lacks_key
    }

    /// Decrypts what its author wrote for this channel.
    fn open(
        &mut self,
        channel: ChannelId,
        item: &TimelineItem,
        cx: &Cx<'_>,
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
            Err(ReadError::KeyMissing) => return Err(self.why_no_key(session, cx)),
            Err(ReadError::BeforeKey) => return Err(why_before_key(channel, cx)),
        };
        let mut content: MessageContent =
            json::read(&plaintext).map_err(|_| Unreadable::Damaged)?;
        let here = content.community == cx.log.id()
            && content.channel == channel
            && content.from == item.device
            && content.id == item.id;
        if index >= SESSION_MAX_MESSAGES {
            return Err(Unreadable::SessionRetired);
        }
        if !here || is_beyond_limits(&content.body) {
            return Err(Unreadable::Damaged);
        }
        if !is_sound(&content.body) {
            content.body = Body::Void;
        }
        Ok(content)
    }

    /// A member who has the key said that this one may not have it: by design for newcomers.
    fn why_no_key(&self, session: SessionRef, cx: &Cx<'_>) -> Unreadable {
        if self.refused.contains(&session) {
            why_before_key(session.channel, cx)
        } else {
            Unreadable::KeyNotHereYet
        }
    }
}

/// Whether it is one that a client writes, of what is no line.
fn is_sound(body: &Body) -> bool {
    match body {
        Body::Relation(relation) => relation.act.is_sound(),
        Body::CustomEmoji(change) => change.check().is_ok(),
        Body::Status(status) => status.check().is_ok(),
        Body::Text { .. }
        | Body::Poll { .. }
        | Body::Removed { .. }
        | Body::Void
        | Body::Unreadable { .. } => true,
    }
}

/// No client writes it: it is there to make others work.
fn is_beyond_limits(body: &Body) -> bool {
    match body {
        Body::Text { text, files, .. } => {
            text.len() > MAX_TEXT_BYTES || file::check(files).is_err()
        }
        Body::Poll { poll, .. } => poll.check().is_err(),
        Body::Removed { .. }
        | Body::Relation(_)
        | Body::CustomEmoji(_)
        | Body::Status(_)
        | Body::Void
        | Body::Unreadable { .. } => false,
    }
}

/// A key that starts later than the message: by design for newcomers, a passing lack otherwise.
fn why_before_key(channel: ChannelId, cx: &Cx<'_>) -> Unreadable {
    match cx.log.reads_since(&cx.me.user, &channel) {
        Some(1) | None => Unreadable::KeyNotHereYet,
        Some(_) => Unreadable::BeforeYouJoined,
    }
}

/// A message as it came.
pub(super) fn unread_item(
    seq: u64,
    at: Millis,
    author: DeviceId,
    message: EncryptedMessage,
    cx: &Cx<'_>,
) -> TimelineItem {
    let index = signed_index(message.session, &message.ciphertext);
    TimelineItem {
        seq,
        id: message.id,
        device: author,
        user: user_of(author, cx),
        at,
        body: Body::Unreadable {
            why: Unreadable::KeyNotHereYet,
        },
        session: message.session,
        named: None,
        head_seq: 0,
        index: index.unwrap_or(0),
        is_signed: index.is_some(),
        by_right: false,
        ciphertext: Some(message.ciphertext),
        taken_at: Some(at),
        gone: None,
        blobs: message.blobs,
    }
}
