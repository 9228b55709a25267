//! Who asks for a change of an account.

use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use serde::{Deserialize, Serialize};

use super::FamilyId;
use super::scope::Scope;
use crate::refusal::Failure;
use crate::storage::sessions;

/// The member and the session that ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AskedBy {
    pub(crate) user: UserId,
    pub(crate) family: FamilyId,
}

impl AskedBy {
    /// An access token outlives a session that was ended elsewhere.
    pub(super) fn check(&self, scope: &Scope<'_>) -> Result<(), Failure> {
        if sessions::is_of(scope.db, &self.family, &self.user)? {
            Ok(())
        } else {
            Err(ErrorCode::SessionEnded.into())
        }
    }
}
