//! What devices say about a direct call, and the mark that it leaves in its conversation.

use parley_protocol::ids::{ChannelId, DeviceId};
use serde::{Deserialize, Serialize};

/// What one device tells another about a call. Said over Olm, delivered at once or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RingSays {
    /// The caller: "I call you." Said again while it rings.
    Ring,
    /// A called device: "I hear it. Is it still on?"
    Hear {
        /// Random, so that the answer is to this question.
        nonce: u32,
    },
    /// The caller: "It is."
    On {
        /// The question's.
        nonce: u32,
    },
    /// A called device: "I take it."
    Answer,
    /// The caller: "That device of yours has it."
    Taken {
        /// The device that was first.
        by: DeviceId,
    },
    /// A called device: "The person does not take it."
    Decline,
    /// A called device: "The person is in another direct call."
    Busy,
    /// To own other devices: "I took it", or "I declined it".
    Stop {
        /// Which of the two.
        answered: bool,
    },
    /// The caller: "It is over", or "there is no such call".
    Over,
    /// Somebody in the call: "I leave."
    Left,
}

/// What became of a call, as its caller's device writes it into the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallMark {
    /// The call's room: two marks of one call are one.
    pub room: ChannelId,
    /// What became of it.
    pub outcome: CallOutcome,
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Nobody took it.
    Missed,
    /// It was declined.
    Declined,
    /// It was taken.
    Lasted {
        /// From the first answer to the caller's end.
        seconds: u32,
    },
}

impl CallMark {
    /// Whether a client can have written it.
    pub(crate) fn is_sound(&self) -> bool {
        /// A month.
        const LONGEST: u32 = 31 * 24 * 60 * 60;
        match self.outcome {
            CallOutcome::Missed | CallOutcome::Declined => true,
            CallOutcome::Lasted { seconds } => seconds <= LONGEST,
        }
    }
}
