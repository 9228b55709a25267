//! From ciphertext to text, or to the reason why not. Every claim that a message makes is checked: its
//! session is its author's, its place is the one it was written for, and it stands there once.

use parley_protocol::Millis;
use parley_protocol::channel::{Announcement, EncryptedMessage};
use parley_protocol::entry::History;
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::json;

use super::Engine;
use crate::content::{MessageBody, MessageContent};
use crate::effect::Event;
use crate::megolm::{Counted, ReadError, SessionRef};
use crate::timeline::{Body, TimelineItem, Unreadable};

impl Engine {
    /// A session's announcement was seen in order: what comes with it can be counted from the start.
    pub(super) fn begin_session(&mut self, body: &Announcement) {
        let session = SessionRef::of(body);
        self.inbound.begin_count(session, body.first_index);
        if let Some(previous) = body.previous {
            let before = SessionRef {
                session: previous.session,
                ..session
            };
            let missing = self.inbound.missing_at_end(before, previous.next_index);
            self.inbound.add_missing(session, missing);
        }
        self.store_inbound(session);
    }

    /// Reads a message that was just added to its channel.
    pub(super) fn read_new(
        &mut self,
        channel: ChannelId,
        seq: u64,
        at: Millis,
        author: DeviceId,
        message: EncryptedMessage,
        now: Millis,
    ) -> TimelineItem {
        let mut item = self.unread_item(seq, at, author, message);
        let session = item.session_in(channel);
        let readable = self.check_session(channel, &item, 0);
        if readable.is_ok() {
            match self
                .inbound
                .count(session, item.ciphertext.as_deref().unwrap_or_default())
            {
                Counted::InOrder => {}
                Counted::Missing(missing) => item.held_back = missing,
                // The relay went back, and tells again what it told before.
                Counted::Repeated if self.was_received(channel, seq) => {}
                Counted::Repeated => return refuse(item, Unreadable::Repeated),
                Counted::Damaged => return refuse(item, Unreadable::Damaged),
            }
            self.store_inbound(session);
        }
        self.read(channel, item, now)
    }

    fn was_received(&self, channel: ChannelId, seq: u64) -> bool {
        self.timelines
            .get(&channel)
            .is_some_and(|timeline| seq <= timeline.furthest)
    }

    /// Reads a message from a channel's past.
    pub(super) fn read_old(
        &mut self,
        channel: ChannelId,
        seq: u64,
        at: Millis,
        author: DeviceId,
        message: EncryptedMessage,
        now: Millis,
    ) -> TimelineItem {
        let item = self.unread_item(seq, at, author, message);
        self.read(channel, item, now)
    }

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

    fn unread_item(
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
        TimelineItem {
            seq,
            id: message.id,
            device: author,
            user: user.unwrap_or(parley_protocol::ids::UserId::from_bytes([0; 16])),
            at,
            body: Body::Unreadable {
                why: Unreadable::KeyNotHereYet,
            },
            held_back: 0,
            session: message.session,
            head_seq: 0,
            index: 0,
            ciphertext: Some(message.ciphertext),
        }
    }

    /// The session must have been announced by the author, and not replaced before this place; and there must
    /// be a place in the log at which the relay may have taken the message, not before the one that it `named`.
    fn check_session(
        &self,
        channel: ChannelId,
        item: &TimelineItem,
        named: u64,
    ) -> Result<(), Unreadable> {
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
        let seen = self.newest_head_before(channel, item.seq).max(named);
        let (device, announced) = (&item.device, announced.head.seq);
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

    fn read(&mut self, channel: ChannelId, mut item: TimelineItem, now: Millis) -> TimelineItem {
        match self.try_read(channel, &item) {
            Ok((content, index)) => {
                item.at = content.at;
                if self.check_seen_head(item.device, content.head) {
                    item.head_seq = content.head.seq;
                }
                item.index = index;
                item.body = match content.body {
                    MessageBody::Text(text) => Body::Text { text },
                    MessageBody::Unknown => Body::Unreadable {
                        why: Unreadable::Newer,
                    },
                };
                item.ciphertext = None;
            }
            Err(why) => {
                self.ask_for_what_is_missing(channel, &item, why, now);
                if why == Unreadable::NotPermitted {
                    // For good: what they may do later changes nothing for what stands here now.
                    item.ciphertext = None;
                }
                item.body = Body::Unreadable { why };
            }
        }
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

    fn try_read(
        &mut self,
        channel: ChannelId,
        item: &TimelineItem,
    ) -> Result<(MessageContent, u32), Unreadable> {
        self.check_session(channel, item, 0)?;
        let ciphertext = item.ciphertext.as_deref().ok_or(Unreadable::Damaged)?;
        let session = item.session_in(channel);
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
        if !here {
            return Err(Unreadable::Damaged);
        }
        let named = content.head;
        if self.community.hash_at(named.seq) == Some(named.hash) {
            self.check_session(channel, item, named.seq)?;
        }
        // Ids of what was not read are only the relay's word.
        let timeline = self.timelines.get(&channel);
        let stands = timeline.and_then(|timeline| timeline.seq_of_text(item.device, item.id));
        if stands.is_some_and(|seq| seq != item.seq) {
            Err(Unreadable::Repeated)
        } else {
            Ok((content, index))
        }
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
        match self
            .community
            .channels()
            .get(&channel)
            .map(|channel| channel.details.history)
        {
            Some(History::SinceJoined) => Unreadable::BeforeYouJoined,
            Some(History::Shared) | None => Unreadable::KeyNotHereYet,
        }
    }
}

fn refuse(mut item: TimelineItem, why: Unreadable) -> TimelineItem {
    item.body = Body::Unreadable { why };
    item
}
