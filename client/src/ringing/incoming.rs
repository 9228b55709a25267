//! A call that somebody else makes, before it is answered.

use parley_protocol::Millis;

use super::timing::SILENCE_FOR;
use super::{About, Sender};

#[derive(Debug, Clone, Copy)]
pub(super) struct Incoming {
    pub(super) about: About,
    pub(super) by: Sender,
    pub(super) stage: Stage,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    /// The caller's device was asked whether it is still on.
    Asking { nonce: u32, until: Millis },
    /// The person hears it.
    Rings { until: Millis, silent_at: Millis },
}

impl Incoming {
    pub(super) fn rings(&self) -> bool {
        matches!(self.stage, Stage::Rings { .. })
    }

    pub(super) fn waits_for(&self, answer: u32, now: Millis) -> bool {
        match self.stage {
            Stage::Asking { nonce, until } => nonce == answer && now < until,
            Stage::Rings { .. } => false,
        }
    }

    /// The caller rang again. Gives back the question that is to be asked again.
    pub(super) fn heard_again(&mut self, now: Millis) -> Option<u32> {
        match &mut self.stage {
            Stage::Asking { nonce, .. } => Some(*nonce),
            Stage::Rings { silent_at, .. } => {
                *silent_at = now.saturating_add(SILENCE_FOR);
                None
            }
        }
    }

    pub(super) fn deadline(&self) -> Millis {
        match self.stage {
            Stage::Asking { until, .. } => until,
            Stage::Rings { until, silent_at } => until.min(silent_at),
        }
    }
}
