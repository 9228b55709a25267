//! A new account.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{LoginSecret, RecoverySecret, Ticket, Wrap};
use crate::entry::Entry;
use crate::mail::Prekeys;

/// Body of `POST /auth/register`. A founder sends the setup token and several entries, genesis first; a joiner
/// sends one `member_joined` entry.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterRequest {
    /// Token of the setup link; founder only.
    pub setup_token: Option<String>,
    /// Entries to append; all are accepted, or none.
    pub entries: Vec<Entry>,
    /// Derived from the new member's password. May be missing only with `oidc`.
    pub login_secret: Option<LoginSecret>,
    /// Prekeys of the first device.
    pub prekeys: Prekeys,
    /// The member's secrets, wrapped by the client: under the password, the recovery key, or both.
    pub wraps: Vec<Wrap>,
    /// Derived from the recovery key, with a wrap of that kind.
    #[serde(default)]
    pub recovery_secret: Option<RecoverySecret>,
    /// The ticket of [`super::Newcomer`]: the account belongs to somebody at an identity provider.
    #[serde(default)]
    pub oidc: Option<Ticket>,
}

impl fmt::Debug for RegisterRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            setup_token,
            entries,
            login_secret: _,
            prekeys: _,
            wraps,
            recovery_secret: _,
            oidc: _,
        } = self;
        f.debug_struct("RegisterRequest")
            .field("founder", &setup_token.is_some())
            .field("entries", &entries.len())
            .field("wraps", wraps)
            .finish_non_exhaustive()
    }
}
