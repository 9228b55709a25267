//! The second factor of an account: set up, enabled, disabled, and passed with a code.

use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use rusqlite::params;

use super::Outcome;
use super::asked_by::AskedBy;
use super::scope::Scope;
use super::session::{self, OpenSession};
use crate::refusal::Failure;
use crate::storage::second_factor::{CodeHash, Passed, TotpSecret};
use crate::storage::values::{Blob, integer};

/// Stores a secret that was shown to the member and is not in use yet.
#[derive(Debug)]
pub(crate) struct SetUpSecondFactor {
    pub(crate) by: AskedBy,
    pub(crate) secret: TotpSecret,
}

/// From now on a code is asked for: the member has shown one of `step`.
#[derive(Debug)]
pub(crate) struct EnableSecondFactor {
    pub(crate) by: AskedBy,
    pub(crate) secret: TotpSecret,
    pub(crate) step: u64,
    pub(crate) recovery_codes: Vec<CodeHash>,
}

/// From now on no code is asked for.
#[derive(Debug)]
pub(crate) struct DisableSecondFactor {
    pub(crate) by: AskedBy,
}

/// Uses a code up and opens a session, or neither.
#[derive(Debug)]
pub(crate) struct PassSecondFactor {
    pub(crate) passed: Passed,
    pub(crate) session: OpenSession,
}

pub(super) fn set_up(
    scope: &mut Scope<'_>,
    command: &SetUpSecondFactor,
) -> Result<Outcome, Failure> {
    command.by.check(scope)?;
    let stored = scope
        .db
        .prepare_cached(
            "INSERT INTO second_factor (user, secret, enabled, last_step) VALUES (?1, ?2, 0, 0)
             ON CONFLICT (user) DO UPDATE SET secret = excluded.secret, last_step = 0
             WHERE enabled = 0",
        )?
        .execute(params![Blob(&command.by.user), command.secret.0])?;
    done_if(stored, ErrorCode::NotPermitted)
}

pub(super) fn enable(
    scope: &mut Scope<'_>,
    command: &EnableSecondFactor,
) -> Result<Outcome, Failure> {
    let user = &command.by.user;
    command.by.check(scope)?;
    let enabled = scope
        .db
        .prepare_cached(
            "UPDATE second_factor SET enabled = 1, last_step = ?3
             WHERE user = ?1 AND secret = ?2 AND enabled = 0 AND last_step < ?3",
        )?
        .execute(params![Blob(user), command.secret.0, integer(command.step)])?;
    forget_recovery_codes(scope, user)?;
    let mut statement = scope
        .db
        .prepare_cached("INSERT INTO recovery_code (user, hash) VALUES (?1, ?2)")?;
    for hash in &command.recovery_codes {
        statement.execute(params![Blob(user), hash])?;
    }
    done_if(enabled, ErrorCode::NotPermitted)
}

pub(super) fn disable(
    scope: &mut Scope<'_>,
    command: &DisableSecondFactor,
) -> Result<Outcome, Failure> {
    let user = &command.by.user;
    command.by.check(scope)?;
    forget_recovery_codes(scope, user)?;
    scope
        .db
        .prepare_cached("DELETE FROM second_factor WHERE user = ?1")?
        .execute([Blob(user)])?;
    Ok(Outcome::Done)
}

pub(super) fn pass(scope: &mut Scope<'_>, command: &PassSecondFactor) -> Result<Outcome, Failure> {
    let user = &command.session.user;
    let rows = match command.passed {
        Passed::Step(step) => scope
            .db
            .prepare_cached(
                "UPDATE second_factor SET last_step = ?2
                 WHERE user = ?1 AND enabled = 1 AND last_step < ?2",
            )?
            .execute(params![Blob(user), integer(step)])?,
        Passed::Recovery(hash) => scope
            .db
            .prepare_cached("DELETE FROM recovery_code WHERE user = ?1 AND hash = ?2")?
            .execute(params![Blob(user), hash])?,
    };
    if rows == 0 {
        return Err(ErrorCode::WrongCode.into());
    }
    session::open(scope, &command.session)
}

fn forget_recovery_codes(scope: &Scope<'_>, user: &UserId) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached("DELETE FROM recovery_code WHERE user = ?1")?
        .execute([Blob(user)])?;
    Ok(())
}

fn done_if(rows: usize, otherwise: ErrorCode) -> Result<Outcome, Failure> {
    if rows == 0 {
        return Err(otherwise.into());
    }
    Ok(Outcome::Done)
}
