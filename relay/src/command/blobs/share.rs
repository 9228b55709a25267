//! Shares: blobs of messages that are no items of a channel, readable to a few members until their maker ends the
//! share.

use parley_protocol::error::ErrorCode;
use parley_protocol::files::ShareRequest;
use parley_protocol::ids::{ShareId, UserId};
use parley_protocol::limits::{MAX_SHARE_READERS, MAX_SHARES_PER_MEMBER};
use rusqlite::{OptionalExtension as _, params};

use super::holding::Holding;
use super::naming::check_names;
use crate::command::scope::{Scope, active};
use crate::command::{Asked, Outcome};
use crate::file_terms::FileTerms;
use crate::refusal::Failure;
use crate::storage::values::Blob;

/// Makes a share, or replaces what it has.
#[derive(Debug)]
pub(crate) struct PutShare {
    pub(crate) asked: Asked,
    pub(crate) id: ShareId,
    pub(crate) request: ShareRequest,
    pub(crate) terms: FileTerms,
}

/// Ends a share.
#[derive(Debug)]
pub(crate) struct EndShare {
    pub(crate) asked: Asked,
    pub(crate) id: ShareId,
}

pub(in crate::command) fn put(
    scope: &mut Scope<'_>,
    command: &PutShare,
) -> Result<Outcome, Failure> {
    let ShareRequest { blobs, readers } = &command.request;
    if readers.len() > MAX_SHARE_READERS {
        return Err(ErrorCode::TooLarge.into());
    }
    let maker = active(scope.community()?, &command.asked.by)?.user;
    let blobs = check_names(scope, &maker, blobs, command.terms)?;
    let before = find(scope, &maker, &command.id)?;
    if before.is_none() && count(scope, &maker)? >= MAX_SHARES_PER_MEMBER {
        return Err(ErrorCode::Full.into());
    }
    let holding = Holding { db: scope.db };
    for blob in &blobs {
        holding.hold_name(*blob, &maker, command.terms)?;
    }
    if let Some(before) = before {
        remove(scope, &maker, before)?;
    }
    scope
        .db
        .prepare_cached("INSERT INTO share (maker, id) VALUES (?1, ?2)")?
        .execute(params![Blob(&maker), Blob(&command.id)])?;
    let share = scope.db.last_insert_rowid();
    for blob in &blobs {
        scope
            .db
            .prepare_cached("INSERT INTO share_blob (blob, share) VALUES (?1, ?2)")?
            .execute([blob.number, share])?;
    }
    for reader in readers {
        scope
            .db
            .prepare_cached("INSERT OR IGNORE INTO share_reader (share, member) VALUES (?1, ?2)")?
            .execute(params![share, Blob(reader)])?;
    }
    Ok(Outcome::Done)
}

pub(in crate::command) fn end(
    scope: &mut Scope<'_>,
    command: &EndShare,
) -> Result<Outcome, Failure> {
    let maker = active(scope.community()?, &command.asked.by)?.user;
    if let Some(share) = find(scope, &maker, &command.id)? {
        remove(scope, &maker, share)?;
    }
    Ok(Outcome::Done)
}

/// Ends all shares of a member who is gone, and what they uploaded and never named.
pub(in crate::command) fn forget(scope: &Scope<'_>, user: &UserId) -> Result<(), Failure> {
    let shares = numbers(scope, "SELECT number FROM share WHERE maker = ?1", user)?;
    for share in shares {
        remove(scope, user, share)?;
    }
    let uploads = "SELECT blob FROM blob_holder WHERE member = ?1 AND uploaded_at IS NOT NULL";
    let holding = Holding { db: scope.db };
    numbers(scope, uploads, user)?
        .into_iter()
        .try_for_each(|blob| holding.let_go_upload(blob, user))
}

fn numbers(scope: &Scope<'_>, query: &'static str, user: &UserId) -> Result<Vec<i64>, Failure> {
    let mut statement = scope.db.prepare_cached(query)?;
    let rows = statement.query_map([Blob(user)], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn find(scope: &Scope<'_>, maker: &UserId, id: &ShareId) -> Result<Option<i64>, Failure> {
    let found = scope
        .db
        .prepare_cached("SELECT number FROM share WHERE maker = ?1 AND id = ?2")?
        .query_row(params![Blob(maker), Blob(id)], |row| row.get(0))
        .optional()?;
    Ok(found)
}

fn count(scope: &Scope<'_>, maker: &UserId) -> Result<usize, Failure> {
    let count: i64 = scope
        .db
        .prepare_cached("SELECT count(*) FROM share WHERE maker = ?1")?
        .query_row([Blob(maker)], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn remove(scope: &Scope<'_>, maker: &UserId, share: i64) -> Result<(), Failure> {
    let blobs: Vec<i64> = scope
        .db
        .prepare_cached("DELETE FROM share_blob WHERE share = ?1 RETURNING blob")?
        .query_map([share], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for statement in [
        "DELETE FROM share_reader WHERE share = ?1",
        "DELETE FROM share WHERE number = ?1",
    ] {
        scope.db.prepare_cached(statement)?.execute([share])?;
    }
    let holding = Holding { db: scope.db };
    blobs
        .into_iter()
        .try_for_each(|blob| holding.let_go_name(blob, maker))
}
