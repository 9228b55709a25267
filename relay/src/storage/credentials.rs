//! What signs a member in beside a password, as the database keeps it: passkeys, and accounts at identity providers.

use std::fmt;

use parley_protocol::ids::UserId;

/// A passkey as the database keeps it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct StoredPasskey {
    pub(crate) user: UserId,
    /// JSON text of the library: public key, counter, flags.
    pub(crate) key: String,
}

impl fmt::Debug for StoredPasskey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, key: _ } = self;
        f.debug_struct("StoredPasskey")
            .field("user", user)
            .finish_non_exhaustive()
    }
}

/// A passkey that was made.
#[derive(Debug)]
pub(crate) struct NewPasskey {
    /// Credential id.
    pub(crate) id: Vec<u8>,
    pub(crate) key: String,
}

/// Somebody for whom an identity provider vouches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) issuer: String,
    /// Never changes, and belongs to nobody else at this issuer.
    pub(crate) subject: String,
    /// A name that is allowed, or nothing.
    pub(crate) name: String,
}
