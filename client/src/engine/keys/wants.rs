//! Keys that are missing here: who was asked for each of them, and when the next try is due. Asks nobody
//! itself.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::DeviceId;

use crate::megolm::SessionRef;

/// Keys wanted at once. More are wanted when these are here.
const WANTED: usize = 5_000;
/// Keys wanted at once of sessions that one device announced, so that no author crowds out another.
const WANTED_OF_DEVICE: usize = 250;
/// A key is on its way with the message: asking waits a moment.
const FIRST_ASK_AFTER: Millis = 1_500;
/// Waits between asking again, the last one for ever.
const ASK_AGAIN_AFTER: [Millis; 8] = [
    4_000, 30_000, 120_000, 600_000, 3_600_000, 14_400_000, 43_200_000, 86_400_000,
];
/// From the third try on, all keys are asked for together in rounds, so that one message carries them all.
const ROUND: Millis = 300_000;
/// With so many keys that nobody who was asked has, the second try waits for a round as well.
const BUSY: usize = 3;
/// When there was no room to ask, it is tried again after this.
const ROOM_AFTER: Millis = 60_000;
/// An author who is heard of again is asked after this.
const WAKE_AFTER: Millis = 2_000;
/// Who does not have a key is not asked for it again before this.
const UNKNOWN_FOR: Millis = 86_400_000;
/// Who does not answer, and is not heard of, is not asked again before this.
const SILENT_FOR: Millis = 3_600_000;
/// Devices asked for one key, beside its author and one's own.
const ASKED: usize = 32;
/// A new connection begins the waits here again, if they were longer.
const TRIES_AT_CONNECT: usize = 1;
/// Tries at which an author is asked who does not answer.
const TRIES_OF_AUTHOR: usize = 1;

struct Asked {
    device: DeviceId,
    at: Millis,
    /// They said that they do not have it, or may not give it.
    in_vain: bool,
}

struct Want {
    tries: usize,
    due: Millis,
    /// When somebody who was not asked yet was heard of.
    woken: Option<Millis>,
    asked: Vec<Asked>,
}

impl Want {
    fn due(&self) -> Millis {
        self.woken.map_or(self.due, |woken| woken.min(self.due))
    }

    fn wait(&self) -> Millis {
        ASK_AGAIN_AFTER
            .get(self.tries)
            .or(ASK_AGAIN_AFTER.last())
            .copied()
            .unwrap_or(FIRST_ASK_AFTER)
    }

    fn may_ask(
        &self,
        device: DeviceId,
        first: bool,
        heard_at: Option<Millis>,
        now: Millis,
    ) -> bool {
        let Some(asked) = self.asked.iter().find(|asked| asked.device == device) else {
            return first || self.asked.len() < ASKED;
        };
        if asked.in_vain {
            return now >= asked.at.saturating_add(UNKNOWN_FOR);
        }
        let heard = heard_at.is_some_and(|heard_at| heard_at > asked.at);
        let insist = first && self.tries < TRIES_OF_AUTHOR;
        heard || insist || now >= asked.at.saturating_add(SILENT_FOR)
    }
}

/// All keys that are missing.
#[derive(Default)]
pub(super) struct Wants {
    want_by_session: LiteMap<SessionRef, Want>,
    /// Whether something was not even noted, for want of room.
    overflowed: bool,
    /// When this device's rounds are, so that not all devices ask at once.
    phase: Millis,
}

impl Wants {
    pub(super) fn timeout(&self) -> Option<Millis> {
        self.want_by_session.values().map(Want::due).min()
    }

    /// Says whether that is news.
    pub(super) fn want(&mut self, session: SessionRef, now: Millis) -> bool {
        if self.contains(session) {
            return false;
        }
        let of_device = |other: &&SessionRef| other.device == session.device;
        let full = self.want_by_session.len() >= WANTED
            || self.want_by_session.keys().filter(of_device).count() >= WANTED_OF_DEVICE;
        if full {
            self.overflowed = true;
            return false;
        }
        self.want_by_session.insert(
            session,
            Want {
                tries: 0,
                due: now + FIRST_ASK_AFTER,
                woken: None,
                asked: Vec::new(),
            },
        );
        true
    }

    pub(super) fn contains(&self, session: SessionRef) -> bool {
        self.want_by_session.contains_key(&session)
    }

    pub(super) fn remove(&mut self, session: SessionRef) {
        self.want_by_session.remove(&session);
    }

    /// Whether there is room now for what there was none for.
    pub(super) fn take_overflowed(&mut self) -> bool {
        std::mem::take(&mut self.overflowed)
    }

    /// What was asked on the connection before may be lost, and who could not help may have started anew, and
    /// forgotten who asked.
    pub(super) fn resume(&mut self, phase: Millis, now: Millis) {
        self.phase = phase % ROUND;
        for (_, want) in self.want_by_session.iter_mut() {
            want.tries = want.tries.min(TRIES_AT_CONNECT);
            want.due = now + FIRST_ASK_AFTER;
            want.asked.clear();
        }
    }

    /// The sessions to ask for now.
    pub(super) fn due(&self, now: Millis) -> Vec<SessionRef> {
        let due = self
            .want_by_session
            .iter()
            .filter(|(_, want)| want.due() <= now);
        due.map(|(session, _)| *session).collect()
    }

    /// Whether there is much that nobody who was asked has.
    pub(super) fn is_busy(&self) -> bool {
        let in_vain = self.want_by_session.values().filter(|want| want.tries > 1);
        in_vain.count() >= BUSY
    }

    fn next_round(&self, from: Millis) -> Millis {
        let since = from.saturating_sub(self.phase);
        since.div_ceil(ROUND) * ROUND + self.phase
    }

    pub(super) fn tries(&self, session: SessionRef) -> usize {
        self.want_by_session
            .get(&session)
            .map_or(0, |want| want.tries)
    }

    /// Whether asking a device for a session may help. `first`: it is the author's, or one's own.
    pub(super) fn may_ask(
        &self,
        session: SessionRef,
        device: DeviceId,
        first: bool,
        heard_at: Option<Millis>,
        now: Millis,
    ) -> bool {
        self.want_by_session
            .get(&session)
            .is_some_and(|want| want.may_ask(device, first, heard_at, now))
    }

    pub(super) fn note_asked(&mut self, session: SessionRef, device: DeviceId, now: Millis) {
        if let Some(want) = self.want_by_session.get_mut(&session) {
            want.asked.retain(|asked| asked.device != device);
            want.asked.push(Asked {
                device,
                at: now,
                in_vain: false,
            });
        }
    }

    /// A try is over.
    pub(super) fn end_try(&mut self, session: SessionRef, busy: bool, now: Millis) {
        let Some(want) = self.want_by_session.get_mut(&session) else {
            return;
        };
        if want.woken.take().is_some() && want.due > now {
            return;
        }
        let due = now.saturating_add(want.wait());
        let in_round = busy || want.tries > 0;
        want.tries += 1;
        want.due = due;
        if in_round {
            let due = self.next_round(due);
            if let Some(want) = self.want_by_session.get_mut(&session) {
                want.due = due;
            }
        }
    }

    /// There was no room to ask: later, with much else in the next round.
    pub(super) fn postpone(&mut self, session: SessionRef, busy: bool, now: Millis) {
        let until = if busy {
            self.next_round(now + 1)
        } else {
            now + ROOM_AFTER
        };
        if let Some(want) = self.want_by_session.get_mut(&session) {
            want.woken = None;
            want.due = want.due.max(until);
        }
    }

    pub(super) fn was_asked(&self, session: SessionRef, device: DeviceId) -> bool {
        self.want_by_session
            .get(&session)
            .is_some_and(|want| want.asked.iter().any(|asked| asked.device == device))
    }

    /// A device that was asked cannot help.
    pub(super) fn note_in_vain(&mut self, session: SessionRef, device: DeviceId, now: Millis) {
        if let Some(want) = self.want_by_session.get_mut(&session)
            && let Some(asked) = want.asked.iter_mut().find(|asked| asked.device == device)
        {
            asked.in_vain = true;
            asked.at = now;
        }
    }

    /// A device was heard of after a silence: its own sessions are asked for soon, others in the next round.
    pub(super) fn wake(
        &mut self,
        device: DeviceId,
        now: Millis,
        may_know: impl Fn(&SessionRef) -> bool,
    ) {
        let round = self.next_round(now);
        for (session, want) in self.want_by_session.iter_mut() {
            let first = session.device == device;
            if want.tries > 0 && want.may_ask(device, first, Some(now), now) && may_know(session) {
                let woken = if first { now + WAKE_AFTER } else { round };
                want.woken = Some(want.woken.map_or(woken, |before| before.min(woken)));
            }
        }
    }
}
