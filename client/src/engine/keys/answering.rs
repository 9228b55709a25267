//! Somebody lacks a key. They get it if the gate lets it out, from the first message that they may read on.

use parley_protocol::Millis;
use parley_protocol::ids::DeviceId;

use super::answers::Question;
use super::asking::SESSIONS_PER_REQUEST;
use super::gate::{Letting, Verdict, judge};
use crate::content::MailBody;
use crate::engine::Engine;
use crate::megolm::{HandedKey, OutboundSession, SessionRef};

/// What came of a question.
enum Answered {
    /// The key is on its way, or nothing is said.
    Done,
    /// This device has no key that it trusts.
    Unknown,
    /// All that is known of the session is from before the asker's time.
    Refused,
}

impl Engine {
    pub(in crate::engine) fn handle_key_request(
        &mut self,
        from: DeviceId,
        sessions: Vec<SessionRef>,
        head: u64,
        now: Millis,
    ) {
        let mut questions = Vec::new();
        for session in sessions.into_iter().take(SESSIONS_PER_REQUEST) {
            if self.keys.answers.begin(from, session, now) {
                questions.push(Question {
                    from,
                    session,
                    head,
                    told: false,
                });
            }
        }
        self.answer_all(questions, now);
    }

    /// The log, or an announcement, is further: what could not be judged is judged.
    pub(super) fn answer_what_waited(&mut self, now: Millis) {
        let waiting = self.keys.answers.take(|question| !question.told);
        self.answer_all(waiting, now);
    }

    /// A session was announced, or its key is here: those who asked hear of it.
    pub(in crate::engine) fn answer_about(&mut self, session: SessionRef, now: Millis) {
        if self.inbound.is_trusted(session) {
            let asked = self
                .keys
                .answers
                .take(|question| question.session == session);
            self.answer_all(asked, now);
        }
    }

    fn answer_all(&mut self, questions: Vec<Question>, now: Millis) {
        // One letter each, for all that has the same answer.
        let mut unknown: Vec<(DeviceId, Vec<SessionRef>)> = Vec::new();
        let mut refused: Vec<(DeviceId, Vec<SessionRef>)> = Vec::new();
        for question in questions {
            let lists = match self.answer(question, now) {
                Answered::Done => continue,
                Answered::Unknown => &mut unknown,
                Answered::Refused => &mut refused,
            };
            match lists.iter_mut().find(|(to, _)| *to == question.from) {
                Some((_, sessions)) => sessions.push(question.session),
                None => lists.push((question.from, vec![question.session])),
            }
        }
        for (to, sessions) in unknown {
            self.queue_mail(to, MailBody::KeyUnknown { sessions }, true);
        }
        for (to, sessions) in refused {
            self.queue_mail(to, MailBody::KeyRefused { sessions }, false);
        }
        self.pump_mail(now);
    }

    fn answer(&mut self, question: Question, now: Millis) -> Answered {
        let Question {
            from,
            session,
            head,
            told,
        } = question;
        let since = match self.judge_letting(session, from, head) {
            Verdict::Release { since } => since,
            Verdict::Wait => {
                self.keys.answers.keep(question);
                return Answered::Done;
            }
            Verdict::Refuse(_) => return Answered::Done,
        };
        if !self.inbound.is_trusted(session) {
            // They hear again when one is here that is believed.
            self.keys.answers.keep(Question {
                told: true,
                ..question
            });
            if told {
                return Answered::Done;
            }
            if !self.inbound.has_key(session) {
                return Answered::Unknown;
            }
        }
        let Some(handed) = self.key_since(session, since, None) else {
            return Answered::Refused;
        };
        if self.keys.answers.may_send_key(from, now) {
            self.queue_mail(from, MailBody::SessionKey { session, handed }, false);
        }
        Answered::Done
    }

    /// Whether a session's key may go to a device whose log is as far as `their_head` at least.
    pub(in crate::engine) fn judge_letting(
        &self,
        session: SessionRef,
        to: DeviceId,
        their_head: u64,
    ) -> Verdict {
        let seen = self.inbound.announced(session).map(|it| it.head);
        let letting = Letting {
            channel: session.channel,
            announced: seen.or_else(|| self.own_session(session)?.announced_head()),
            to,
            their_head,
        };
        judge(&self.community, &letting, self.is_log_whole())
    }

    fn own_session(&self, session: SessionRef) -> Option<&OutboundSession> {
        let own = self.outbound.get(&session.channel)?;
        (own.named_in(session.channel) == session).then_some(own)
    }

    /// A session's key from the first message on that was written in sight of place `since` of the log, or
    /// from message `known` on, if that is earlier: its reader is known to have been one then.
    pub(in crate::engine) fn key_since(
        &mut self,
        session: SessionRef,
        since: u64,
        known: Option<u32>,
    ) -> Option<HandedKey> {
        let from = if since <= 1 {
            Some(0)
        } else {
            let found = self.first_index_since(session, since);
            found.into_iter().chain(known).min()
        };
        self.inbound.export(session, from?)
    }

    fn first_index_since(&self, session: SessionRef, seq: u64) -> Option<u32> {
        let timeline = self.timelines.get(&session.channel);
        let written = timeline.and_then(|timeline| {
            let items = timeline
                .items()
                .filter(|item| item.session_in(session.channel) == session && item.head_seq >= seq);
            items.map(|item| item.index).min()
        });
        let own_next = self.own_session(session).map(OutboundSession::next_index);
        written.into_iter().chain(own_next).min()
    }

    /// Somebody has the key and says that it is from before this member's time. Only who may read it, and was
    /// asked or wrote it, can know. It is still asked for, as others may know more.
    pub(in crate::engine) fn handle_key_refused(
        &mut self,
        from: DeviceId,
        sessions: Vec<SessionRef>,
        now: Millis,
    ) {
        let Some(user) = self.community.active_device(&from).map(|it| it.user) else {
            return;
        };
        for session in sessions.into_iter().take(SESSIONS_PER_REQUEST) {
            let wants = &mut self.keys.wants;
            let knows = wants.was_asked(session, from)
                || (from == session.device && wants.contains(session));
            if !knows || !self.community.may_read(&user, &session.channel) {
                continue;
            }
            wants.note_in_vain(session, from, now);
            if self.keys.refused.insert(session) {
                self.read_again(session, now);
            }
        }
    }

    /// Somebody who was asked does not have the key.
    pub(in crate::engine) fn handle_key_unknown(
        &mut self,
        from: DeviceId,
        sessions: Vec<SessionRef>,
        now: Millis,
    ) {
        for session in sessions.into_iter().take(SESSIONS_PER_REQUEST) {
            self.keys.wants.note_in_vain(session, from, now);
        }
    }
}
