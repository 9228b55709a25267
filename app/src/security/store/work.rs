//! What became of something that was asked of the relay.

/// Something that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Work {
    /// Nothing, or it is done.
    #[default]
    Idle,
    Busy(Step),
    Refused(Problem),
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Argon2id runs. About a second.
    StretchingPassword,
    AskingRelay,
    /// The browser asks the person.
    AskingPasskey,
    /// The rest of the program is on its way.
    Loading,
}

/// Why it was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    WrongPassword,
    WrongRecoveryKey,
    /// Not one of the member's, or no longer.
    WrongPasskey,
    /// What was typed is none, and there is no password.
    NotARecoveryKey,
    /// The code of the second factor.
    WrongCode,
    TooManyTries {
        /// Seconds until the next one is let in.
        wait_seconds: u32,
    },
    RelayUnreachable,
    /// Whoever owns the community cannot leave it.
    Owner,
    Other {
        /// What happened and what to do, in plain words.
        text: String,
        /// Technical detail, shown on request.
        detail: String,
    },
}
