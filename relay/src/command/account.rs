//! Changes of an account, each asked for by a session of its member with a proof that was checked before.

use parley_protocol::auth::{Wrap, WrapKind, WrapName};
use parley_protocol::entry::{Action, Entry};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use rusqlite::params;

use super::asked_by::AskedBy;
use super::scope::{Scope, active};
use super::{Outcome, ending, forget, person, ways_left, wraps};
use crate::refusal::Failure;
use crate::storage::password_record::PasswordRecord;
use crate::storage::values::Blob;

/// Stores and deletes wraps.
#[derive(Debug)]
pub(crate) struct ChangeWraps {
    pub(crate) by: AskedBy,
    pub(crate) put: Vec<Wrap>,
    pub(crate) remove: Vec<WrapName>,
    /// SHA-256 of a new recovery secret.
    pub(crate) recovery: Option<[u8; 32]>,
}

/// Sets a password and its wrap, and ends the member's other sessions.
#[derive(Debug)]
pub(crate) struct ChangePassword {
    pub(crate) by: AskedBy,
    pub(crate) password: PasswordRecord,
    pub(crate) wrap: Wrap,
}

/// Appends the member's own removal, and deletes what is kept for them.
#[derive(Debug)]
pub(crate) struct DeleteAccount {
    pub(crate) by: AskedBy,
    pub(crate) entry: Entry,
}

pub(super) fn change_wraps(
    scope: &mut Scope<'_>,
    command: &ChangeWraps,
) -> Result<Outcome, Failure> {
    let user = &command.by.user;
    command.by.check(scope)?;
    wraps::check(&command.put)?;
    if command.recovery.is_some() && Wrap::find(&command.put, WrapKind::Recovery).is_none() {
        return Err(ErrorCode::Malformed.into());
    }
    for name in &command.remove {
        // The password stays, so its wrap does, too.
        if name.kind == WrapKind::Password {
            return Err(ErrorCode::NotPermitted.into());
        }
        wraps::remove(scope, user, name)?;
        if name.kind == WrapKind::Recovery {
            set_recovery(scope, user, None)?;
        }
    }
    wraps::put(scope, user, &command.put)?;
    if let Some(recovery) = &command.recovery {
        set_recovery(scope, user, Some(recovery))?;
    }
    ways_left::check(scope, user)?;
    Ok(Outcome::Done)
}

pub(super) fn change_password(
    scope: &mut Scope<'_>,
    command: &ChangePassword,
) -> Result<Outcome, Failure> {
    let AskedBy { user, family } = &command.by;
    command.by.check(scope)?;
    if command.wrap.kind != WrapKind::Password {
        return Err(ErrorCode::Malformed.into());
    }
    let wrap = std::slice::from_ref(&command.wrap);
    wraps::check(wrap)?;
    let PasswordRecord {
        salt,
        hash,
        memory_kib,
        passes,
    } = &command.password;
    scope
        .db
        .prepare_cached(
            "UPDATE account SET salt = ?2, hash = ?3, memory = ?4, passes = ?5 WHERE user = ?1",
        )?
        .execute(params![Blob(user), salt, hash, memory_kib, passes])?;
    wraps::put(scope, user, wrap)?;
    ending::end_others(scope, user, family)
}

pub(super) fn delete(scope: &mut Scope<'_>, command: &DeleteAccount) -> Result<Outcome, Failure> {
    let AskedBy { user, .. } = &command.by;
    command.by.check(scope)?;
    let body = command
        .entry
        .parse_body()
        .map_err(|_| ErrorCode::Malformed)?;
    let author = active(scope.community()?, &command.entry.author)?.user;
    if body.action != (Action::MemberRemoved { user: *user }) || author != *user {
        return Err(ErrorCode::NotPermitted.into());
    }
    let (seq, _) = scope.append(&command.entry)?;
    forget::member(scope, user)?;
    person::unbind(scope, user)?;
    Ok(Outcome::Appended {
        first: seq,
        entries: vec![command.entry.clone()],
        fresh: true,
    })
}

pub(super) fn set_recovery(
    scope: &Scope<'_>,
    user: &UserId,
    recovery: Option<&[u8; 32]>,
) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached("UPDATE account SET recovery = ?2 WHERE user = ?1")?
        .execute(params![Blob(user), recovery])?;
    Ok(())
}
