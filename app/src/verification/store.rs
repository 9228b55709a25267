//! Who is verified, who asks to be, and the verification that is under way. Drivers write every field but `hint`, which
//! the view clears.

use leptos::prelude::*;
use litemap::LiteMap;

use crate::ids::UserId;

/// What the person knows of somebody's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// They are the ones that the person has verified.
    Verified,
    /// Others were verified: the keys are new since.
    Changed,
}

/// A member and their name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Somebody {
    pub id: UserId,
    pub name: String,
}

/// What both people see if nobody is between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Emoji and their names.
    pub emoji: Vec<(&'static str, &'static str)>,
    /// The same as three numbers.
    pub numbers: [u16; 3],
}

/// How far a verification is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The other person was asked.
    Asking,
    /// The other person may scan this.
    Showing(String),
    /// The two devices get ready.
    Agreeing,
    Comparing(Comparison),
    /// The person said that it is the same; the other one has not yet.
    Waiting,
    Verified,
    Failed(Failure),
}

/// Why a verification came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The other person does not want to now.
    Declined,
    /// The other person closed it.
    Closed,
    /// Screens or keys differ.
    Mismatch,
    /// Nobody answered.
    TimedOut,
    /// Another device has it in hand.
    OtherDevice,
    /// The other person is at it on another device.
    Busy,
    /// The other device was started anew, or is gone.
    DeviceGone,
    /// The other person is no member any more, or has new keys.
    KeysChanged,
    /// The other person has no device that could answer.
    NoDevice,
    /// There is no room to remember it.
    NotKept,
    /// The program for it could not be loaded.
    NotLoaded,
}

/// What was wrong with a code that was scanned. The next one may be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanHint {
    NotACode,
    OtherCommunity,
    OtherPerson,
    NotForMe,
}

/// Verification as the views see it.
#[derive(Clone, Copy)]
pub struct VerificationStore {
    /// Members who are or were verified.
    pub marks: RwSignal<LiteMap<UserId, Mark>>,
    /// Members with new keys since they were verified.
    pub changed: RwSignal<Vec<Somebody>>,
    /// Who asks to be verified, and waits longest.
    pub asked_by: RwSignal<Option<Somebody>>,
    /// Whom whom, and how far.
    pub under_way: RwSignal<Option<(UserId, Stage)>>,
    /// About the code that was scanned last.
    pub hint: RwSignal<Option<ScanHint>>,
}

impl VerificationStore {
    /// Nobody is verified, and nobody asks.
    pub fn new() -> Self {
        Self {
            marks: RwSignal::new(LiteMap::new()),
            changed: RwSignal::new(Vec::new()),
            asked_by: RwSignal::new(None),
            under_way: RwSignal::new(None),
            hint: RwSignal::new(None),
        }
    }

    /// What is known of somebody, followed as it changes.
    pub fn mark_of(&self, user: &UserId) -> Option<Mark> {
        self.marks.with(|marks| marks.get(user).copied())
    }
}

/// What a person does to verify somebody.
#[derive(Clone, PartialEq)]
pub enum VerificationIntent {
    /// Ask somebody to compare, or take up what they asked.
    Ask(UserId),
    /// Not now.
    Decline(UserId),
    /// Make a code for somebody to scan.
    ShowCode(UserId),
    /// A code was read from somebody's screen.
    Scanned { user: UserId, code: String },
    /// Whether both screens show the same.
    Decide(bool),
    /// Close it. What is under way ends.
    Close,
    /// Somebody's new keys were noticed: they are not verified any more.
    Forget(UserId),
}

/// A code holds a secret, so that it is not shown.
impl std::fmt::Debug for VerificationIntent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ask(user) => f.debug_tuple("Ask").field(user).finish(),
            Self::Decline(user) => f.debug_tuple("Decline").field(user).finish(),
            Self::ShowCode(user) => f.debug_tuple("ShowCode").field(user).finish(),
            Self::Scanned { user, code: _ } => f.debug_tuple("Scanned").field(user).finish(),
            Self::Decide(is_same) => f.debug_tuple("Decide").field(is_same).finish(),
            Self::Close => f.write_str("Close"),
            Self::Forget(user) => f.debug_tuple("Forget").field(user).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::VerificationIntent;

    #[test]
    fn a_code_is_never_printed() {
        let intent = VerificationIntent::Scanned {
            user: "ada".into(),
            code: "parley-verify:1:secret".into(),
        };
        let printed = format!("{intent:?}");
        assert!(printed.contains("ada"));
        assert!(!printed.contains("secret"), "{printed}");
    }
}
