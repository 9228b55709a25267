//! What is left to a member who gives up a way in: one that signs in, and one that opens their secrets.

use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;

use super::scope::Scope;
use super::wraps;
use crate::refusal::Failure;
use crate::storage::values::Blob;

/// Refuses with `NotPermitted` if nothing signs the member in any more, or nothing opens their secrets.
pub(super) fn check(scope: &Scope<'_>, user: &UserId) -> Result<(), Failure> {
    let signs_in: bool = scope
        .db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM account
                    WHERE user = ?1 AND (hash IS NOT NULL OR recovery IS NOT NULL))
                 OR EXISTS (SELECT 1 FROM passkey WHERE user = ?1)
                 OR EXISTS (SELECT 1 FROM subject WHERE user = ?1)",
        )?
        .query_row([Blob(user)], |row| row.get(0))?;
    if !signs_in {
        return Err(ErrorCode::NotPermitted.into());
    }
    wraps::check_count(scope, user)
}
