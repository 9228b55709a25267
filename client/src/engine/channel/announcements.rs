//! Announcements that are missing: a message came whose session nobody announced as far as this device
//! knows. Its announcement stands before the first page that was fetched, so the relay is asked for it.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::error::ApiError;
use parley_protocol::frame::{ChannelPage, Request};
use parley_protocol::map::IdSet;

use super::Channels;
use crate::engine::context::Cx;
use crate::engine::output::{Asked, retry_wait};
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
    given_up: IdSet<SessionRef>,
}

impl Announcements {
    /// Nothing is due while as much is asked as may be: an answer makes room.
    pub(super) fn timeout(&self) -> Option<Millis> {
        let missing = self.missing_by_session.values();
        let due = missing.filter_map(|missing| missing.due).min();
        due.filter(|_| self.on_their_way() < ASKED)
    }

    fn on_their_way(&self) -> usize {
        let missing = self.missing_by_session.values();
        missing.filter(|one| one.due.is_none()).count()
    }

    /// Looks for the announcement of a session, which has a message at `seq`.
    pub(super) fn want(&mut self, session: SessionRef, seq: u64, now: Millis) {
        if self.missing_by_session.len() >= WANTED {
            self.give_up(session);
            return;
        }
        self.missing_by_session.entry(session).or_insert(Missing {
            seq,
            tries: 0,
            due: Some(now),
        });
    }

    /// Why a message of a session without an announcement cannot be read.
    pub(super) fn why_missing(&self, session: SessionRef) -> Unreadable {
        if self.given_up.contains(&session) {
            Unreadable::NotAnnounced
        } else {
            Unreadable::KeyNotHereYet
        }
    }

    pub(super) fn resume(&mut self, now: Millis) {
        for (_, missing) in self.missing_by_session.iter_mut() {
            missing.due = Some(now);
        }
    }

    /// Asks for what is due.
    pub(super) fn ask(&mut self, cx: &mut Cx<'_>) {
        let room = ASKED.saturating_sub(self.on_their_way());
        let due = self
            .missing_by_session
            .iter_mut()
            .filter(|(_, one)| one.due.is_some_and(|due| due <= cx.now))
            .take(room);
        for (session, missing) in due {
            missing.due = None;
            cx.output.ask(
                Asked::Announcement(*session),
                Request::History {
                    channel: session.channel,
                    before: missing.seq.saturating_add(1),
                    limit: 1,
                },
            );
        }
    }

    fn note_found(&mut self, session: SessionRef) {
        self.missing_by_session.remove(&session);
    }

    fn postpone(&mut self, session: SessionRef, until: Millis) {
        if let Some(missing) = self.missing_by_session.get_mut(&session) {
            missing.due = Some(until);
        }
    }

    /// The relay did not have it. Says whether it is given up with this.
    fn note_not_found(&mut self, session: SessionRef, now: Millis) -> bool {
        let Some(missing) = self.missing_by_session.get_mut(&session) else {
            return false;
        };
        if let Some(wait) = ASK_AGAIN_AFTER.get(missing.tries) {
            missing.tries += 1;
            missing.due = Some(now + wait);
            return false;
        }
        self.missing_by_session.remove(&session);
        self.give_up(session);
        true
    }

    fn give_up(&mut self, session: SessionRef) {
        if self.given_up.len() >= GIVEN_UP {
            // Which one goes makes no difference: its messages only say again that their key is not here yet.
            self.given_up.pop_first();
        }
        self.given_up.insert(session);
    }
}

impl Channels {
    pub(in crate::engine) fn handle_announcement_page(
        &mut self,
        session: SessionRef,
        page: &ChannelPage,
        cx: &mut Cx<'_>,
    ) {
        self.note_earlier_announcements(session.channel, &page.announcements, page.after, cx);
        self.judge_again(session.channel, cx);
        if self.inbound.announced(session).is_some() {
            self.announcements.note_found(session);
            self.read_again(session, cx);
        } else {
            self.note_announcement_missing(session, cx);
        }
    }

    pub(in crate::engine) fn handle_announcement_refused(
        &mut self,
        session: SessionRef,
        error: &ApiError,
        cx: &mut Cx<'_>,
    ) {
        match retry_wait(error) {
            Some(wait) => self.announcements.postpone(session, cx.now + wait),
            None => self.note_announcement_missing(session, cx),
        }
    }

    fn note_announcement_missing(&mut self, session: SessionRef, cx: &mut Cx<'_>) {
        if self.announcements.note_not_found(session, cx.now) {
            self.read_again(session, cx);
        }
    }
}
