//! Megolm keys on their way: shared when a session is new, asked for when one is missing, and answered
//! when the asker may read.
//!
//! | file | what it does |
//! |---|---|
//! | `gate` | decides for every key that is let out |
//! | `wants` | what is missing, who was asked, when the next try is due |
//! | `asking` | whom to ask, and the letters that ask |
//! | `answers` | what was answered lately, and what cannot be answered yet |
//! | `answering` | judges a question and sends the key, or why not |
//! | `owed` | keys of one's own sessions that the relay has not taken yet |
//! | `pace` | so many at once, and one more each so often |

mod answering;
mod answers;
mod asking;
mod gate;
mod owed;
mod pace;
mod wants;

pub(super) use gate::Verdict;

use std::collections::BTreeSet;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId};

use super::Engine;
use crate::megolm::{HandedKey, ImportOutcome, KeySource, SessionRef};
use crate::timeline::{Body, TimelineItem, Unreadable};

/// Everything about keys on their way.
#[derive(Default)]
pub(super) struct KeyExchange {
    wants: wants::Wants,
    answers: answers::Answers,
    owed: owed::Owed,
    requests: asking::Requests,
    /// Sessions of which others say that they are from before this member's time.
    refused: BTreeSet<SessionRef>,
    /// When a device was last heard of: who was, is likely to answer.
    heard_at: LiteMap<DeviceId, Millis>,
    /// A session was announced that somebody asked for.
    awaited_is_announced: bool,
    online: bool,
}

impl KeyExchange {
    pub(super) fn timeout(&self) -> Option<Millis> {
        let at_once = self.awaited_is_announced.then_some(0);
        [at_once, self.wants.timeout(), self.owed.timeout()]
            .into_iter()
            .flatten()
            .min()
            .filter(|_| self.online)
    }

    /// A session is announced: who asked for it before gets an answer.
    pub(super) fn note_announcement(&mut self, session: SessionRef) {
        self.awaited_is_announced |= self.answers.awaits(session);
    }

    pub(super) fn is_refused(&self, session: SessionRef) -> bool {
        self.refused.contains(&session)
    }
}

impl Engine {
    pub(super) fn want_key(&mut self, session: SessionRef, now: Millis) {
        self.keys.wants.want(session, now);
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
            let session = item.session_in(channel);
            if self.inbound.has_key(session) {
                // It was stored, and what it opens was not: that is done now.
                self.read_again(session, now);
                continue;
            }
            self.ask_for_what_is_missing(channel, &item, Unreadable::KeyNotHereYet, now);
        }
    }

    pub(super) fn resume_keys(&mut self, now: Millis) {
        self.keys.online = true;
        let [low, high, ..] = *self.device.id().as_bytes();
        let phase = u64::from(u16::from_be_bytes([low, high])) * 10;
        self.keys.wants.resume(phase, now);
        self.keys.owed.resume(now);
        self.go_on_with_keys(now);
    }

    /// The log has changed: what waited for it is judged.
    pub(super) fn go_on_with_keys(&mut self, now: Millis) {
        if self.is_log_whole() {
            self.answer_what_waited(now);
            self.share_what_is_due(now);
        }
    }

    pub(super) fn keys_timeout(&mut self, now: Millis) {
        self.keys.online = self.connection.is_open();
        if self.keys.online {
            if std::mem::take(&mut self.keys.awaited_is_announced) {
                self.answer_what_waited(now);
            }
            self.ask_for_keys(now);
            self.share_what_is_due(now);
        }
    }

    /// A key came, asked for or not.
    pub(super) fn handle_session_key(
        &mut self,
        from: DeviceId,
        session: SessionRef,
        handed: &HandedKey,
        now: Millis,
    ) {
        let Some(user) = self.community.devices().get(&from).map(|it| it.user) else {
            return;
        };
        if !self.community.channels().contains_key(&session.channel) {
            return;
        }
        let source = if from == session.device {
            KeySource::Author
        } else if handed.believed {
            KeySource::Member(user)
        } else {
            KeySource::Hearsay
        };
        let outcome = self.inbound.import(session, &handed.key, from, source, now);
        for dropped in self.inbound.take_dropped() {
            self.output.store(dropped);
        }
        if outcome == ImportOutcome::Better {
            self.store_inbound(session);
            self.keys.wants.begin_reading(session);
            self.read_again(session, now);
            self.keys.wants.end_reading(session);
            self.answer_about(session, now);
        }
        // If it helped, nothing is wanted any more.
        self.keys.wants.note_in_vain(session, from, now);
        if outcome == ImportOutcome::Better && self.keys.wants.take_overflowed() {
            self.want_unread_keys(now);
        }
    }

    /// Keeps that messages were opened with a key: it may be handed on now.
    pub(super) fn note_proven_keys(&mut self, now: Millis) {
        for session in self.inbound.take_proven() {
            self.store_inbound(session);
            self.answer_about(session, now);
        }
    }
}
