//! What the security pages ask for.

use crate::enrolment::store::Secret;
use crate::ids::DeviceId;

/// What a person does about their own protection.
#[derive(Clone, Debug, PartialEq)]
pub enum SecurityIntent {
    /// A page was opened: bring it up to date, and ask the relay for what only it knows.
    Look,
    /// A dialog was opened or closed: what was asked before counts no more.
    Begin,
    /// Make a recovery key and show it. Nothing is changed before it was kept.
    MakeRecoveryKey {
        password: Secret,
    },
    /// The recovery key was written down, and typed back: it counts from now on.
    RecoveryKeyKept,
    /// Not now. Whatever was made is forgotten.
    RecoveryKeyLater,
    /// Begin with a second factor.
    SetUpFactor {
        password: Secret,
    },
    /// The code of the authenticator app.
    EnableFactor {
        code: Secret,
    },
    DisableFactor {
        password: Secret,
    },
    /// Make a passkey in this browser. The proof is a password or a recovery key.
    AddPasskey {
        proof: Secret,
    },
    RemovePasskey {
        id: String,
        proof: Secret,
    },
    ChangePassword {
        old: Secret,
        new: Secret,
    },
    /// Call a device something.
    NameDevice {
        device: DeviceId,
        name: String,
    },
    /// Sign one of my other devices out, for good.
    EndDevice(DeviceId),
    /// A copy of everything that is mine.
    Export,
    DeleteAccount {
        password: Secret,
    },
    /// Ask the browser to keep what Parley stores.
    KeepStorage,
    /// Save a text as a file.
    Save(SavedText),
    /// Print what is marked as printable.
    Print,
}

/// A text that becomes a file.
#[derive(Clone, PartialEq, Eq)]
pub struct SavedText {
    pub file: &'static str,
    pub text: String,
}

impl std::fmt::Debug for SavedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, text: _ } = self;
        f.debug_tuple("SavedText").field(file).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{SavedText, SecurityIntent};
    use crate::enrolment::store::Secret;

    #[test]
    fn secrets_are_never_printed() {
        let secret = || Secret::new("correct horse".to_owned());
        let saved = SavedText {
            file: "codes.txt",
            text: "correct horse".to_owned(),
        };
        for intent in [
            SecurityIntent::MakeRecoveryKey { password: secret() },
            SecurityIntent::EnableFactor { code: secret() },
            SecurityIntent::AddPasskey { proof: secret() },
            SecurityIntent::ChangePassword {
                old: secret(),
                new: secret(),
            },
            SecurityIntent::DeleteAccount { password: secret() },
            SecurityIntent::Save(saved),
        ] {
            let printed = format!("{intent:?}");
            assert!(!printed.contains("horse"), "{printed}");
        }
    }
}
