//! Megolm keys on their way: shared when a session is new, asked for when one is missing, and answered
//! when the asker may read.

use std::collections::BTreeSet;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};

use super::Engine;
use crate::content::MailBody;
use crate::megolm::{ImportOutcome, SessionRef};
use crate::timeline::{Body, TimelineItem, Unreadable};

/// Keys wanted at once. More are wanted when these are here.
const WANTED: usize = 5_000;
/// A key is on its way with the message: asking waits a moment.
const FIRST_ASK_AFTER: Millis = 1_500;
/// Waits between asking again, the last one for ever.
const ASK_AGAIN_AFTER: [Millis; 6] = [4_000, 10_000, 30_000, 60_000, 300_000, 600_000];
/// The same device gets the same key again only after this.
const ANSWER_AGAIN_AFTER: Millis = 3_000;
/// Answers remembered, so that a hostile device cannot make us remember more.
const ANSWERS: usize = 10_000;
/// Readers asked beside the author, more at each try.
const HELPERS_PER_TRY: usize = 4;

struct Want {
    tries: usize,
    due: Millis,
}

/// Keys that are missing, and answers given lately.
#[derive(Default)]
pub(super) struct KeyExchange {
    wants: LiteMap<SessionRef, Want>,
    answered: LiteMap<(DeviceId, SessionRef), Millis>,
    /// Sessions of which others say that they are from before this member's time.
    refused: BTreeSet<SessionRef>,
    online: bool,
}

impl KeyExchange {
    pub(super) fn timeout(&self) -> Option<Millis> {
        self.wants
            .values()
            .map(|want| want.due)
            .min()
            .filter(|_| self.online)
    }

    pub(super) fn is_refused(&self, session: SessionRef) -> bool {
        self.refused.contains(&session)
    }
}

impl Engine {
    pub(super) fn want_key(&mut self, session: SessionRef, now: Millis) {
        if self.keys.wants.len() < WANTED {
            let want = Want {
                tries: 0,
                due: now + FIRST_ASK_AFTER,
            };
            self.keys.wants.entry(session).or_insert(want);
        }
    }

    /// After a start: what could not be read then is wanted still.
    pub(super) fn want_unread_keys(&mut self, now: Millis) {
        const LACKING: Body = Body::Unreadable {
            why: Unreadable::KeyNotHereYet,
        };
        let lacking: Vec<(ChannelId, TimelineItem)> = self
            .timelines
            .iter()
            .flat_map(|(channel, timeline)| timeline.items().map(|item| (*channel, item)))
            .filter(|(_, item)| item.body == LACKING)
            .map(|(channel, item)| (channel, item.clone()))
            .collect();
        for (channel, item) in lacking {
            self.ask_for_what_is_missing(channel, &item, Unreadable::KeyNotHereYet, now);
        }
    }

    pub(super) fn resume_keys(&mut self, now: Millis) {
        self.keys.online = true;
        for (_, want) in self.keys.wants.iter_mut() {
            want.tries = 0;
            want.due = now + FIRST_ASK_AFTER;
        }
    }

    pub(super) fn keys_timeout(&mut self, now: Millis) {
        self.keys.online = self.connection.is_open();
        if !self.keys.online {
            return;
        }
        let due: Vec<(SessionRef, usize)> = self
            .keys
            .wants
            .iter()
            .filter(|(_, want)| want.due <= now)
            .map(|(session, want)| (*session, want.tries))
            .collect();
        for (session, tries) in due {
            if self.is_settled(session, tries) {
                self.keys.wants.remove(&session);
                continue;
            }
            for device in self.devices_to_ask(session, tries) {
                self.send_mail(device, MailBody::KeyRequest { session }, false, now);
            }
            let wait = ASK_AGAIN_AFTER
                .get(tries)
                .or(ASK_AGAIN_AFTER.last())
                .copied()
                .unwrap_or(FIRST_ASK_AFTER);
            if let Some(want) = self.keys.wants.get_mut(&session) {
                want.tries += 1;
                want.due = now + wait;
            }
        }
    }

    /// Where newcomers do not see the past, everybody who could know was asked by now.
    fn is_settled(&self, session: SessionRef, tries: usize) -> bool {
        let limited = self.community.reads_since(&self.user, &session.channel) != Some(1);
        let answered = self.inbound.has_key(session) || self.keys.is_refused(session);
        limited && answered && tries >= ASK_AGAIN_AFTER.len()
    }

    /// The author first, and the member's own devices; then more and more of the other readers.
    fn devices_to_ask(&mut self, session: SessionRef, tries: usize) -> Vec<DeviceId> {
        let me = self.device.id();
        let author = session.device;
        let readers: Vec<(DeviceId, bool)> = self
            .community
            .reader_devices(&session.channel)
            .filter(|(id, _)| *id != me)
            .map(|(id, device)| (id, id == author || device.user == self.user))
            .collect();
        let has_author = readers.iter().any(|(id, _)| *id == author);
        let helpers = if has_author { tries } else { tries + 1 } * HELPERS_PER_TRY;
        let others: Vec<DeviceId> = readers
            .iter()
            .filter(|(_, first)| !first)
            .map(|(id, _)| *id)
            .collect();
        let start = usize::try_from(self.rng.below(others.len() as u64)).unwrap_or(0);
        let firsts = readers
            .iter()
            .filter(|(_, first)| *first)
            .map(|(id, _)| *id);
        firsts
            .chain(
                others
                    .iter()
                    .cycle()
                    .skip(start)
                    .take(helpers.min(others.len()))
                    .copied(),
            )
            .collect()
    }

    /// Somebody lacks a key. They get it if they may read, from the first message that they may read.
    pub(super) fn handle_key_request(&mut self, from: DeviceId, session: SessionRef, now: Millis) {
        let Some(asker) = self.community.active_device(&from) else {
            return;
        };
        let user = asker.user;
        if !self.community.may_read(&user, &session.channel) || !self.inbound.has_key(session) {
            return;
        }
        let answered = self.keys.answered.get(&(from, session));
        if answered.is_some_and(|at| now < at + ANSWER_AGAIN_AFTER) {
            return;
        }
        if self.keys.answered.len() >= ANSWERS {
            self.keys.answered.clear();
        }
        self.keys.answered.insert((from, session), now);
        let answer = match self.key_for(user, session) {
            Some(key) => MailBody::SessionKey { session, key },
            None => MailBody::KeyRefused { session },
        };
        self.send_mail(from, answer, false, now);
    }

    /// Somebody has the key and says that it is from before this member's time. It is still asked for, as
    /// others may know more.
    pub(super) fn handle_key_refused(&mut self, session: SessionRef, now: Millis) {
        if self.keys.wants.contains_key(&session) && self.keys.refused.insert(session) {
            self.read_again(session, now);
        }
    }

    /// A session's key as far back as a member may read.
    pub(super) fn key_for(&mut self, user: UserId, session: SessionRef) -> Option<String> {
        self.key_from(user, session, u32::MAX)
    }

    /// The same, or from `known` on, if that is earlier: the member is known to have been a reader then.
    pub(super) fn key_from(
        &mut self,
        user: UserId,
        session: SessionRef,
        known: u32,
    ) -> Option<String> {
        let channel = session.channel;
        let since = self.community.reads_since(&user, &channel)?;
        let from = if since == 1 {
            0
        } else {
            let found = self.first_index_since(session, since);
            found.unwrap_or(u32::MAX).min(known)
        };
        if from == u32::MAX {
            return None;
        }
        self.inbound.export(session, from)
    }

    /// The first message of a session that was written by somebody who knew entry `seq` of the log. `None`
    /// if none is known.
    fn first_index_since(&self, session: SessionRef, seq: u64) -> Option<u32> {
        let written = self.timelines.get(&session.channel).and_then(|timeline| {
            let items = timeline.items().filter(|item| {
                item.session == session.session
                    && item.device == session.device
                    && item.head_seq >= seq
            });
            items.map(|item| item.index).min()
        });
        let own_next = self
            .outbound
            .get(&session.channel)
            .filter(|own| own.id() == session.session && session.device == self.device.id())
            .map(crate::megolm::OutboundSession::next_index);
        written.into_iter().chain(own_next).min()
    }

    /// A key came, asked for or not.
    pub(super) fn handle_session_key(&mut self, session: SessionRef, key: &str, now: Millis) {
        if !self.community.channels().contains_key(&session.channel) {
            return;
        }
        match self.inbound.import(session, key) {
            ImportOutcome::Better => {
                self.keys.wants.remove(&session);
                self.store_inbound(session);
                self.read_again(session, now);
            }
            ImportOutcome::Known | ImportOutcome::Refused => {}
        }
    }
}
