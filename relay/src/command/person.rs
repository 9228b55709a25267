//! Who members are at identity providers: bound when they join, linked and unlinked later.

use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use rusqlite::{OptionalExtension as _, params};

use super::scope::Scope;
use super::{AskedBy, Outcome, ways_left};
use crate::refusal::Failure;
use crate::storage::credentials::Person;
use crate::storage::values::Blob;

/// A change that a member asks for.
#[derive(Debug)]
pub(crate) struct ChangePerson {
    pub(crate) by: AskedBy,
    pub(crate) change: PersonChange,
}

#[derive(Debug)]
pub(crate) enum PersonChange {
    /// From now on this person signs in as the member.
    Link(Person),
    /// From now on nobody of this issuer does.
    Unlink { issuer: String },
}

pub(super) fn apply(scope: &Scope<'_>, command: &ChangePerson) -> Result<Outcome, Failure> {
    command.by.check(scope)?;
    let user = &command.by.user;
    match &command.change {
        PersonChange::Link(person) => link(scope, person, user)?,
        PersonChange::Unlink { issuer } => {
            scope
                .db
                .prepare_cached("DELETE FROM subject WHERE user = ?1 AND issuer = ?2")?
                .execute(params![Blob(user), issuer])?;
            ways_left::check(scope, user)?;
        }
    }
    Ok(Outcome::Done)
}

/// A member is at most one person at an issuer, so that it is clear whom unlinking is about.
fn link(scope: &Scope<'_>, person: &Person, user: &UserId) -> Result<(), Failure> {
    let bound: Option<String> = scope
        .db
        .prepare_cached("SELECT subject FROM subject WHERE user = ?1 AND issuer = ?2")?
        .query_row(params![Blob(user), person.issuer], |row| row.get(0))
        .optional()?;
    match bound {
        Some(subject) if subject == person.subject => Ok(()),
        Some(_) => Err(ErrorCode::NotPermitted.into()),
        None => bind(scope, person, user),
    }
}

/// Binds somebody at an identity provider to a member. Nobody there is two members.
pub(super) fn bind(scope: &Scope<'_>, person: &Person, user: &UserId) -> Result<(), Failure> {
    let Person {
        issuer, subject, ..
    } = person;
    let is_new = scope
        .db
        .prepare_cached(
            "INSERT INTO subject (issuer, subject, user) VALUES (?1, ?2, ?3)
             ON CONFLICT (issuer, subject) DO NOTHING",
        )?
        .execute(params![issuer, subject, Blob(user)])?;
    if is_new == 0 {
        return Err(ErrorCode::NotPermitted.into());
    }
    Ok(())
}

/// Forgets who a member is at identity providers. Only who leaves by themselves may come back as somebody new; a member
/// who was removed stays known.
pub(super) fn unbind(scope: &Scope<'_>, user: &UserId) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached("DELETE FROM subject WHERE user = ?1")?
        .execute([Blob(user)])?;
    Ok(())
}
