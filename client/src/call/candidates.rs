//! Candidates on their way: this side's are collected into batches, the other side's wait for their description.

use parley_protocol::Millis;

use super::ignored::Ignored;
use super::signal::{Candidates, Description, DescriptionKind, IceCandidate};
use super::timing;

/// Candidates of one description that are kept. A host with many networks has about 40.
const MAX_KEPT: usize = 100;
/// In one signal. Keeps it well below the size of a to-device message.
const BATCH: usize = 20;

/// A description within one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DescriptionKey {
    pub(super) negotiation: u32,
    pub(super) kind: DescriptionKind,
}

/// This side's candidates.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    description: Option<DescriptionKey>,
    sent: Vec<IceCandidate>,
    unsent: Vec<IceCandidate>,
    is_complete: bool,
    batch_at: Option<Millis>,
    again_at: Option<Millis>,
    was_sent_again: bool,
}

impl Outgoing {
    /// One more. Sent after a moment, with others.
    pub(super) fn push(&mut self, candidate: IceCandidate, now: Millis) {
        if !candidate.fits() || self.sent.len() + self.unsent.len() >= MAX_KEPT {
            return;
        }
        self.unsent.push(candidate);
        self.batch_at
            .get_or_insert(now.saturating_add(timing::CANDIDATE_BATCH));
    }

    /// That was the last one. What waits goes at once.
    pub(super) fn complete(&mut self, now: Millis) {
        self.is_complete = true;
        self.batch_at = Some(now);
    }

    /// A local description is being made: what comes from now on waits until it was sent.
    pub(super) fn pause(&mut self) {
        self.description = None;
        self.is_complete = false;
        self.sent.clear();
        self.again_at = None;
        self.was_sent_again = false;
    }

    /// A description was sent, and what waits belongs to it.
    pub(super) fn described(&mut self, description: &Description) {
        self.description = Some(DescriptionKey {
            negotiation: description.negotiation,
            kind: description.kind,
        });
    }

    /// The description may not have arrived, so its candidates may not have either: all go again.
    pub(super) fn rewind(&mut self, now: Millis) {
        self.again_at = None;
        let mut all = std::mem::take(&mut self.sent);
        all.append(&mut self.unsent);
        self.unsent = all;
        if !self.unsent.is_empty() {
            self.batch_at = Some(now);
        }
    }

    /// Gathering begins anew, and what was gathered is of no use.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        self.description.and(self.batch_at)
    }

    /// When all go again, once, in case they were lost. Of use only while there is no path.
    pub(super) fn again_at(&self) -> Option<Millis> {
        self.description.and(self.again_at)
    }

    /// Sends all again.
    pub(super) fn send_again(&mut self, now: Millis) {
        self.was_sent_again = true;
        self.rewind(now);
    }

    /// The batches that are due.
    pub(super) fn take_due(&mut self, now: Millis) -> Vec<Candidates> {
        let Some(key) = self.description else {
            return Vec::new();
        };
        if self.batch_at.is_none_or(|at| at > now) {
            return Vec::new();
        }
        self.batch_at = None;
        let unsent = std::mem::take(&mut self.unsent);
        self.sent.extend(unsent.iter().cloned());
        if !self.was_sent_again {
            self.again_at = Some(now.saturating_add(timing::CANDIDATES_AGAIN));
        }
        let mut batches: Vec<Candidates> = unsent
            .chunks(BATCH)
            .map(|chunk| batch(key, chunk.to_vec()))
            .collect();
        if self.is_complete {
            match batches.last_mut() {
                Some(last) => last.end = true,
                None => batches.push(Candidates {
                    end: true,
                    ..batch(key, Vec::new())
                }),
            }
        }
        batches
    }
}

fn batch(key: DescriptionKey, candidates: Vec<IceCandidate>) -> Candidates {
    Candidates {
        kind: key.kind,
        negotiation: key.negotiation,
        candidates,
        end: false,
    }
}

/// The other side's candidates.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    applied: Option<DescriptionKey>,
    early: Vec<Early>,
}

/// Candidates before their description.
#[derive(Debug)]
struct Early {
    connection: u32,
    candidates: Candidates,
}

impl Incoming {
    /// Sorts a batch: candidates for now come back, those for later are kept.
    pub(super) fn push(
        &mut self,
        connection: u32,
        current: u32,
        candidates: Candidates,
    ) -> Result<Option<Candidates>, Ignored> {
        if connection < current {
            return Err(Ignored::OldConnection);
        }
        if connection == current
            && let Some(applied) = self.applied
            && candidates.negotiation <= applied.negotiation
        {
            return usable(applied, candidates).map(Some);
        }
        let kept: usize = self
            .early
            .iter()
            .map(|early| early.candidates.candidates.len() + 1)
            .sum();
        if kept + candidates.candidates.len() >= MAX_KEPT {
            return Err(Ignored::TooManyCandidates);
        }
        self.early.push(Early {
            connection,
            candidates,
        });
        Ok(None)
    }

    /// A remote description is in place: what waited for it comes back, what it overtook is dropped.
    pub(super) fn applied(&mut self, key: DescriptionKey, current: u32) -> Vec<Candidates> {
        self.applied = Some(key);
        let (ready, later) = std::mem::take(&mut self.early)
            .into_iter()
            .partition(|early| {
                early.connection == current && early.candidates.negotiation <= key.negotiation
            });
        self.early = later;
        let ready: Vec<Early> = ready;
        ready
            .into_iter()
            .filter_map(|early| usable(key, early.candidates).ok())
            .collect()
    }

    /// The connection was replaced: only what is for the new one stays.
    pub(super) fn replaced(&mut self, current: u32) {
        self.applied = None;
        self.early.retain(|early| early.connection >= current);
    }
}

/// Candidates of an earlier description are still good if no restart came between. Only the browser
/// knows, by the username fragment.
fn usable(applied: DescriptionKey, mut candidates: Candidates) -> Result<Candidates, Ignored> {
    let theirs = DescriptionKey {
        negotiation: candidates.negotiation,
        kind: candidates.kind,
    };
    if theirs == applied {
        return Ok(candidates);
    }
    if theirs.negotiation == applied.negotiation {
        return Err(Ignored::UnusedCandidates);
    }
    candidates.end = false;
    candidates
        .candidates
        .retain(|candidate| candidate.username_fragment.is_some());
    if candidates.candidates.is_empty() {
        return Err(Ignored::UnusedCandidates);
    }
    Ok(candidates)
}
