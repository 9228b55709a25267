//! What the security pages ask for.

use crate::enrolment::store::Secret;
use crate::ids::DeviceId;

/// What a person does about their own protection.
#[derive(Clone, Debug, PartialEq)]
pub enum SecurityIntent {
    /// A page was opened: bring it up to date, and ask the relay for what only it knows.
    Look,
    /// The health of encryption is on the screen, or no longer.
    Watch(bool),
    /// A dialog was opened or closed: what was asked before counts no more.
    Begin,
    /// Make a recovery key and show it. Nothing is changed before it was kept.
    MakeRecoveryKey {
        proof: Proving,
    },
    /// The recovery key was written down, and typed back: it counts from now on.
    RecoveryKeyKept,
    /// Not now. Whatever was made is forgotten.
    RecoveryKeyLater,
    /// Begin with a second factor.
    SetUpFactor {
        proof: Proving,
    },
    /// The code of the authenticator app.
    EnableFactor {
        code: Secret,
    },
    DisableFactor {
        proof: Proving,
    },
    /// Make a passkey in this browser.
    AddPasskey {
        proof: Proving,
    },
    RemovePasskey {
        id: String,
        proof: Proving,
    },
    /// Also the first one of somebody who has none.
    ChangePassword {
        proof: Proving,
        new: Secret,
    },
    /// Go to an identity provider, so that it signs me in from now on.
    LinkProvider {
        id: String,
        proof: Proving,
    },
    UnlinkProvider {
        id: String,
        proof: Proving,
    },
    /// The page is back from there: with a ticket, or a reason why there is none.
    CameBack(Result<Secret, String>),
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
        proof: Proving,
    },
    /// Ask the browser to keep what Parley stores.
    KeepStorage,
    /// Save a text as a file.
    Save(SavedText),
    /// Print what is marked as printable.
    Print,
}

/// How somebody proves that it is them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proving {
    /// A password or a recovery key.
    Typed(Secret),
    /// The browser asks for one of their passkeys.
    Passkey,
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
    use super::{Proving, SavedText, SecurityIntent};
    use crate::enrolment::store::Secret;

    #[test]
    fn secrets_are_never_printed() {
        let secret = || Secret::new("correct horse".to_owned());
        let proof = || Proving::Typed(secret());
        let saved = SavedText {
            file: "codes.txt",
            text: "correct horse".to_owned(),
        };
        for intent in [
            SecurityIntent::MakeRecoveryKey { proof: proof() },
            SecurityIntent::EnableFactor { code: secret() },
            SecurityIntent::AddPasskey { proof: proof() },
            SecurityIntent::ChangePassword {
                proof: proof(),
                new: secret(),
            },
            SecurityIntent::DeleteAccount { proof: proof() },
            SecurityIntent::CameBack(Ok(secret())),
            SecurityIntent::Save(saved),
        ] {
            let printed = format!("{intent:?}");
            assert!(!printed.contains("horse"), "{printed}");
        }
    }
}
