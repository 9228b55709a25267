//! How far a linking is, on either device. Drivers write every field.

use leptos::prelude::*;

/// How far it is on the device that is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OldStage {
    /// The code is being made.
    Opening,
    /// The new device may read this.
    Showing(Shown),
    /// Does the new device show these digits?
    Comparing {
        digits: u8,
        /// What the new device says it is.
        label: String,
    },
    /// The new device registers.
    Registering,
    /// Keys are on their way.
    Sending {
        sent: u64,
        of: u64,
    },
    Done,
    Failed(LinkFailure),
}

/// A code, as a link and for typing. Whoever has it may answer, so that it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown {
    pub link: String,
    pub letters: String,
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            link: _,
            letters: _,
        } = self;
        f.write_str("Shown(..)")
    }
}

/// How far it is on the new device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewStage {
    /// The other device is being looked for.
    Joining,
    /// The person compares these digits on the other device.
    Comparing(u8),
    /// This device registers.
    Registering,
    Failed(LinkFailure),
}

/// Why it came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkFailure {
    /// Not a code.
    NotACode,
    /// The code is over, or a letter of it is wrong.
    Over,
    /// Another device has used the code.
    Taken,
    /// The relay answered with a key that does not belong to the code.
    WrongKey,
    /// The digits differed.
    Mismatch,
    /// It was ended on the other device.
    Ended,
    /// What came makes no sense.
    Damaged,
    /// The relay does not answer.
    Unreachable,
    /// The community's log does not take the device.
    Refused,
    /// Too many tries.
    TooMany,
    /// The program for it could not be loaded, or the browser has no randomness.
    NotLoaded,
}

/// Linking as the views see it.
#[derive(Clone, Copy)]
pub struct LinkingStore {
    pub old: RwSignal<Option<OldStage>>,
    pub new: RwSignal<Option<NewStage>>,
}

impl LinkingStore {
    /// Nothing is under way.
    pub fn new() -> Self {
        Self {
            old: RwSignal::new(None),
            new: RwSignal::new(None),
        }
    }
}

/// What a person does to link a device.
#[derive(Clone, PartialEq)]
pub enum LinkingIntent {
    /// Here is a device already: show a code.
    ShowCode,
    /// Whether the new device shows the same digits.
    Decide(bool),
    /// This device is new: use a code that was typed or opened.
    UseCode(String),
    /// Close it. What is under way ends.
    Close,
}

/// A code lets somebody answer, so that it is not printed.
impl std::fmt::Debug for LinkingIntent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::ShowCode => "ShowCode",
            Self::Decide(_) => "Decide",
            Self::UseCode(_) => "UseCode",
            Self::Close => "Close",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{LinkingIntent, Shown};

    #[test]
    fn a_code_is_never_printed() {
        let intent = LinkingIntent::UseCode("ABCD-EFGH".to_owned());
        let shown = Shown {
            link: "ABCD".to_owned(),
            letters: "ABCD".to_owned(),
        };
        let printed = format!("{intent:?} {shown:?}");
        assert!(!printed.contains("ABCD"), "{printed}");
    }
}
