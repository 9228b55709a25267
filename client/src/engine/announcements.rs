//! Announcements that are missing: a message came whose session nobody announced as far as this device
//! knows. Its announcement stands before the first page that was fetched, so the relay is asked for it.

use std::collections::BTreeSet;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::error::ApiError;
use parley_protocol::frame::{ChannelPage, Request};

use super::Engine;
use super::requests::{Asked, retry_wait};
use crate::megolm::SessionRef;
use crate::timeline::Unreadable;

/// Announcements looked for at once. A relay that makes up sessions gets no more questions than these.
const WANTED: usize = 1_000;
/// Sessions remembered as announced by nobody.
const GIVEN_UP: usize = 10_000;
/// Questions on their way at once, below what a relay lets one connection ask.
const ASKED: usize = 8;
/// Waits after an answer without the announcement: its author may not be in the log here yet.
const ASK_AGAIN_AFTER: [Millis; 3] = [1_000, 5_000, 30_000];

struct Missing {
    /// A message of the session.
    seq: u64,
    tries: usize,
    /// When to ask. `None` while the relay is asked.
    due: Option<Millis>,
}

/// Sessions whose announcement is looked for, and those for which the relay had none.
#[derive(Default)]
pub(super) struct Announcements {
    missing_by_session: LiteMap<SessionRef, Missing>,
    given_up: BTreeSet<SessionRef>,
}

impl Announcements {
    fn give_up(&mut self, session: SessionRef) {
        if self.given_up.len() >= GIVEN_UP {
            // Which one goes makes no difference: its messages only say again that their key is not here yet.
            self.given_up.pop_first();
        }
        self.given_up.insert(session);
    }
}

impl Engine {
    /// Nothing is due while as much is asked as may be: an answer makes room.
    pub(super) fn announcements_due(&self) -> Option<Millis> {
        let missing = self.announcements.missing_by_session.values();
        let on_their_way = missing.clone().filter(|one| one.due.is_none()).count();
        missing
            .filter_map(|missing| missing.due)
            .min()
            .filter(|_| on_their_way < ASKED && self.connection.is_open())
    }

    pub(super) fn want_announcement(&mut self, session: SessionRef, seq: u64, now: Millis) {
        let announcements = &mut self.announcements;
        if announcements.missing_by_session.len() >= WANTED {
            announcements.give_up(session);
            return;
        }
        announcements
            .missing_by_session
            .entry(session)
            .or_insert(Missing {
                seq,
                tries: 0,
                due: Some(now),
            });
    }

    /// Why a message of a session without an announcement cannot be read.
    pub(super) fn why_not_announced(&self, session: SessionRef) -> Unreadable {
        if self.announcements.given_up.contains(&session) {
            Unreadable::NotAnnounced
        } else {
            Unreadable::KeyNotHereYet
        }
    }

    /// A new connection: what was asked on the one before gets no answer.
    pub(super) fn resume_announcements(&mut self, now: Millis) {
        for (_, missing) in self.announcements.missing_by_session.iter_mut() {
            missing.due = Some(now);
        }
    }

    pub(super) fn announcements_timeout(&mut self, now: Millis) {
        if !self.connection.is_open() {
            return;
        }
        let missing = &mut self.announcements.missing_by_session;
        let on_their_way = missing.values().filter(|one| one.due.is_none()).count();
        let due: Vec<(SessionRef, u64)> = missing
            .iter_mut()
            .filter(|(_, one)| one.due.is_some_and(|due| due <= now))
            .take(ASKED.saturating_sub(on_their_way))
            .map(|(session, one)| {
                one.due = None;
                (*session, one.seq)
            })
            .collect();
        for (session, seq) in due {
            self.ask(
                Asked::Announcement(session),
                Request::History {
                    channel: session.channel,
                    before: seq.saturating_add(1),
                    limit: 1,
                },
            );
        }
    }

    pub(super) fn handle_announcement_page(
        &mut self,
        session: SessionRef,
        page: &ChannelPage,
        now: Millis,
    ) {
        self.note_earlier_announcements(session.channel, &page.announcements, page.after);
        self.judge_again(session.channel);
        if self.inbound.announced(session).is_some() {
            self.announcements.missing_by_session.remove(&session);
            self.read_again(session, now);
        } else {
            self.try_announcement_again(session, now);
        }
    }

    pub(super) fn handle_announcement_refused(
        &mut self,
        session: SessionRef,
        error: &ApiError,
        now: Millis,
    ) {
        match retry_wait(error) {
            Some(wait) => {
                let missing = &mut self.announcements.missing_by_session;
                if let Some(missing) = missing.get_mut(&session) {
                    missing.due = Some(now + wait);
                }
            }
            None => self.try_announcement_again(session, now),
        }
    }

    fn try_announcement_again(&mut self, session: SessionRef, now: Millis) {
        let announcements = &mut self.announcements;
        let Some(missing) = announcements.missing_by_session.get_mut(&session) else {
            return;
        };
        if let Some(wait) = ASK_AGAIN_AFTER.get(missing.tries) {
            missing.tries += 1;
            missing.due = Some(now + wait);
            return;
        }
        announcements.missing_by_session.remove(&session);
        announcements.give_up(session);
        self.read_again(session, now);
    }
}
