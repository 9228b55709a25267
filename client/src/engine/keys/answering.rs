//! Somebody lacks a key. They get it if the gate lets it out, from the first message that they may read on.

use parley_protocol::ids::DeviceId;

use super::answers::Question;
use super::asking::SESSIONS_PER_REQUEST;
use super::{KeyExchange, Lent};
use crate::content::ToDeviceBody;
use crate::engine::channel::Verdict;
use crate::engine::context::Cx;
use crate::megolm::SessionRef;

/// What came of a question.
enum Answered {
    /// The key is on its way, or nothing is said.
    Done,
    /// This device has no key that it trusts.
    Unknown,
    /// All that is known of the session is from before the asker's time.
    Refused,
}

impl KeyExchange {
    pub(in crate::engine) fn handle_key_request(
        &mut self,
        from: DeviceId,
        sessions: Vec<SessionRef>,
        head: u64,
        lent: &mut Lent<'_>,
        cx: &mut Cx<'_>,
    ) {
        let mut questions = Vec::new();
        for session in sessions.into_iter().take(SESSIONS_PER_REQUEST) {
            if self.answers.begin(from, session, cx.now) {
                questions.push(Question {
                    from,
                    session,
                    head,
                    was_told: false,
                });
            }
        }
        self.answer_all(questions, lent, cx);
    }

    /// The log, or an announcement, is further: what could not be judged is judged.
    pub(super) fn answer_what_waited(&mut self, lent: &mut Lent<'_>, cx: &mut Cx<'_>) {
        let waiting = self.answers.take(|question| !question.was_told);
        self.answer_all(waiting, lent, cx);
    }

    /// A session was announced, or its key is here: those who asked hear of it.
    pub(in crate::engine) fn answer_about(
        &mut self,
        session: SessionRef,
        lent: &mut Lent<'_>,
        cx: &mut Cx<'_>,
    ) {
        if lent.ring.is_trusted(session) {
            let asked = self.answers.take(|question| question.session == session);
            self.answer_all(asked, lent, cx);
        }
    }

    fn answer_all(&mut self, questions: Vec<Question>, lent: &mut Lent<'_>, cx: &mut Cx<'_>) {
        // One message each, for all that has the same answer.
        let mut unknown: Vec<(DeviceId, Vec<SessionRef>)> = Vec::new();
        let mut refused: Vec<(DeviceId, Vec<SessionRef>)> = Vec::new();
        for question in questions {
            let lists = match self.answer(question, lent, cx) {
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
            cx.output
                .send_transient(to, ToDeviceBody::KeyUnknown { sessions });
        }
        for (to, sessions) in refused {
            cx.output
                .send_to_device(to, ToDeviceBody::KeyRefused { sessions });
        }
    }

    fn answer(&mut self, question: Question, lent: &mut Lent<'_>, cx: &mut Cx<'_>) -> Answered {
        let Question {
            from,
            session,
            head,
            was_told,
        } = question;
        let since = match lent.ring.judge_letting(session, from, head, cx) {
            Verdict::Release { since } => since,
            Verdict::Wait => {
                self.answers.keep(question);
                return Answered::Done;
            }
            Verdict::Refuse(_) => return Answered::Done,
        };
        if !lent.ring.is_trusted(session) {
            // They hear again when one is here that is believed.
            self.answers.keep(Question {
                was_told: true,
                ..question
            });
            if was_told {
                return Answered::Done;
            }
            if !lent.ring.has_key(session) {
                return Answered::Unknown;
            }
        }
        let Some(handed) = lent.ring.key_since(session, since, None) else {
            return Answered::Refused;
        };
        if self.answers.may_send_key(from, cx.now) {
            cx.output
                .send_to_device(from, ToDeviceBody::SessionKey { session, handed });
        }
        Answered::Done
    }

    /// Somebody has keys and says that they are from before this member's time. Only who may read them, and was
    /// asked or wrote with them, can know. They are still asked for, as others may know more.
    pub(in crate::engine) fn handle_key_refused(
        &mut self,
        from: DeviceId,
        sessions: Vec<SessionRef>,
        lent: &mut Lent<'_>,
        cx: &mut Cx<'_>,
    ) {
        let Some(user) = cx.log.active_device(&from).map(|it| it.user) else {
            return;
        };
        for session in sessions.into_iter().take(SESSIONS_PER_REQUEST) {
            let wants = &mut self.wants;
            let knows = wants.was_asked(session, from)
                || (from == session.device && wants.contains(session));
            if knows && cx.log.may_read(&user, &session.channel) {
                wants.note_in_vain(session, from, cx.now);
                lent.ring.note_refused(session, cx);
            }
        }
    }

    /// Somebody who was asked does not have the keys.
    pub(in crate::engine) fn handle_key_unknown(
        &mut self,
        from: DeviceId,
        sessions: Vec<SessionRef>,
        cx: &Cx<'_>,
    ) {
        for session in sessions.into_iter().take(SESSIONS_PER_REQUEST) {
            self.wants.note_in_vain(session, from, cx.now);
        }
    }
}
