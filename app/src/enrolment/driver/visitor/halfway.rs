//! What a sign-in has in hand while the relay waits for a code.

use parley_client::password::PasswordKeys;
use parley_client::recovery::RecoveryKeys;
use parley_protocol::auth::{RecoverySecret, Ticket};

/// Somebody whose first factor was right.
pub(super) struct Halfway {
    pub(super) ticket: Ticket,
    pub(super) way: Way,
}

/// What they began with, and go on with.
pub(super) enum Way {
    Password(SigningIn),
    Recovery(Box<Recovering>),
    /// What opens the vault is asked for afterwards.
    WithoutKey,
}

/// The keys of a password that the relay has found right, or is about to.
pub(super) struct SigningIn {
    pub(super) keys: PasswordKeys,
}

/// A recovery key, and the password that is to be.
pub(super) struct Recovering {
    pub(super) secret: RecoverySecret,
    pub(super) keys: RecoveryKeys,
    pub(super) password: PasswordKeys,
}
