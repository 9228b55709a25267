//! Stores a member's wraps. Their texts are opaque.

use parley_protocol::auth::{Wrap, WrapKind, WrapName};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use parley_protocol::limits::{MAX_PASSKEYS_PER_MEMBER, MAX_VAULT_BYTES, MAX_WRAP_ID_BYTES};
use rusqlite::params;

use super::scope::Scope;
use crate::refusal::Failure;
use crate::storage::accounts::Kind;
use crate::storage::values::Blob;

/// One of the password, one of the recovery key, and those of the passkeys.
const MAX_WRAPS: usize = 2 + MAX_PASSKEYS_PER_MEMBER;

/// Whether wraps have their shape, and are not too large.
pub(crate) fn check(wraps: &[Wrap]) -> Result<(), ErrorCode> {
    let too_large =
        |wrap: &Wrap| wrap.text.len() > MAX_VAULT_BYTES || wrap.id.len() > MAX_WRAP_ID_BYTES;
    if wraps.len() > MAX_WRAPS || wraps.iter().any(too_large) {
        return Err(ErrorCode::TooLarge);
    }
    let well_named = |wrap: &Wrap| match wrap.kind {
        WrapKind::Password | WrapKind::Recovery => wrap.id.is_empty(),
        WrapKind::Passkey => !wrap.id.is_empty(),
    };
    if wraps.iter().all(well_named) {
        Ok(())
    } else {
        Err(ErrorCode::Malformed)
    }
}

/// Stores wraps; each replaces the one of its name.
pub(super) fn put(scope: &Scope<'_>, user: &UserId, wraps: &[Wrap]) -> Result<(), Failure> {
    let mut statement = scope.db.prepare_cached(
        "INSERT INTO wrap (user, kind, id, text) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (user, kind, id) DO UPDATE SET text = excluded.text",
    )?;
    for wrap in wraps {
        statement.execute(params![Blob(user), Kind(wrap.kind), wrap.id, wrap.text])?;
    }
    Ok(())
}

/// Replaces wraps that are there. One that is not is refused: adding a way in needs a proof.
pub(super) fn replace(scope: &Scope<'_>, user: &UserId, wraps: &[Wrap]) -> Result<(), Failure> {
    let mut statement = scope
        .db
        .prepare_cached("UPDATE wrap SET text = ?4 WHERE user = ?1 AND kind = ?2 AND id = ?3")?;
    for wrap in wraps {
        let replaced =
            statement.execute(params![Blob(user), Kind(wrap.kind), wrap.id, wrap.text])?;
        if replaced == 0 {
            return Err(ErrorCode::NotPermitted.into());
        }
    }
    Ok(())
}

/// Deletes the wrap of a name, if there is one.
pub(super) fn remove(scope: &Scope<'_>, user: &UserId, name: &WrapName) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached("DELETE FROM wrap WHERE user = ?1 AND kind = ?2 AND id = ?3")?
        .execute(params![Blob(user), Kind(name.kind), name.id])?;
    Ok(())
}

/// Whether a member has a wrap left, and not more than they may. Without one, nobody could open their secrets again.
pub(super) fn check_count(scope: &Scope<'_>, user: &UserId) -> Result<(), Failure> {
    let count: u32 = scope
        .db
        .prepare_cached("SELECT count(*) FROM wrap WHERE user = ?1")?
        .query_row([Blob(user)], |row| row.get(0))?;
    match usize::try_from(count).unwrap_or(usize::MAX) {
        0 => Err(ErrorCode::NotPermitted.into()),
        1..=MAX_WRAPS => Ok(()),
        _ => Err(ErrorCode::TooLarge.into()),
    }
}
