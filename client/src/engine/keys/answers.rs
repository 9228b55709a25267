//! Questions for keys by others: what was answered lately, and what cannot be answered yet.

use std::collections::VecDeque;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::DeviceId;

use super::pace::Pace;
use crate::megolm::SessionRef;

/// The same device gets the same answer again only after this.
const ANSWER_AGAIN_AFTER: Millis = 3_000;
/// Answers remembered, so that a hostile device cannot make us remember more.
const ANSWERS: usize = 10_000;
/// Questions kept until they can be answered.
const KEPT: usize = 5_000;
/// And so many of one device. The oldest gives way.
const KEPT_OF_DEVICE: usize = 200;
/// Keys that one device gets at once, and the time in which one more is added: a newcomer's past, but no
/// mailbox full.
const KEYS_AT_ONCE: u32 = 500;
const ONE_MORE_KEY_IN: Millis = 1_000;

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) from: DeviceId,
    pub(super) session: SessionRef,
    /// How far the asker's log is.
    pub(super) head: u64,
    /// They were told that the key is not here: they get it when it is.
    pub(super) was_told: bool,
}

#[derive(Default)]
pub(super) struct Answers {
    answered: LiteMap<(DeviceId, SessionRef), Millis>,
    kept: VecDeque<Question>,
    paces: LiteMap<DeviceId, Pace>,
}

impl Answers {
    /// Whether a device may get an answer to this now. If so, it counts as given.
    pub(super) fn begin(&mut self, from: DeviceId, session: SessionRef, now: Millis) -> bool {
        let before = self.answered.get(&(from, session));
        if before.is_some_and(|at| now < at + ANSWER_AGAIN_AFTER) {
            return false;
        }
        if self.answered.len() >= ANSWERS {
            self.answered.clear();
        }
        self.answered.insert((from, session), now);
        true
    }

    /// Whether a device may get one more key.
    pub(super) fn may_send_key(&mut self, to: DeviceId, now: Millis) -> bool {
        if self.paces.len() >= ANSWERS {
            self.paces.clear();
        }
        self.paces
            .entry(to)
            .or_insert(Pace::full(KEYS_AT_ONCE, now))
            .take(KEYS_AT_ONCE, ONE_MORE_KEY_IN, now)
    }

    /// Keeps a question that cannot be answered yet.
    pub(super) fn keep(&mut self, question: Question) {
        let same = |kept: &Question| kept.from == question.from && kept.session == question.session;
        self.kept.retain(|kept| !same(kept));
        let of_device = self.kept.iter().filter(|kept| kept.from == question.from);
        if of_device.count() >= KEPT_OF_DEVICE {
            let oldest = self.kept.iter().position(|kept| kept.from == question.from);
            oldest.and_then(|oldest| self.kept.remove(oldest));
        } else if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(question);
    }

    /// Whether somebody asked for a session and was told nothing yet.
    pub(super) fn awaits(&self, session: SessionRef) -> bool {
        let asks = |kept: &Question| kept.session == session && !kept.was_told;
        self.kept.iter().any(asks)
    }

    /// Takes out the questions that may have an answer now.
    pub(super) fn take(&mut self, wanted: impl Fn(&Question) -> bool) -> Vec<Question> {
        let mut taken = Vec::new();
        self.kept.retain(|kept| {
            let take = wanted(kept);
            if take {
                taken.push(*kept);
            }
            !take
        });
        taken
    }
}
