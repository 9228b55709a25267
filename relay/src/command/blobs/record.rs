//! What happened to a blob's file: it was stored, it was removed, or it is missing.

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::keys::Hash;
use rusqlite::params;

use super::holding::Holding;
use crate::command::Outcome;
use crate::command::scope::{Scope, active};
use crate::file_terms::FileTerms;
use crate::refusal::Failure;
use crate::storage::blobs::find;
use crate::storage::values::Blob;

/// A member uploaded a blob, whose file is in its place.
#[derive(Debug)]
pub(crate) struct RecordBlob {
    pub(crate) by: DeviceId,
    pub(crate) at: Millis,
    pub(crate) hash: Hash,
    pub(crate) bytes: u64,
    pub(crate) terms: FileTerms,
}

/// Files that were to be removed are.
#[derive(Debug)]
pub(crate) struct ForgetGone {
    pub(crate) hashes: Vec<Hash>,
}

/// A blob has no file. It is forgotten if nothing names it.
#[derive(Debug)]
pub(crate) struct ForgetMissing {
    pub(crate) hash: Hash,
}

pub(in crate::command) fn record(
    scope: &mut Scope<'_>,
    command: &RecordBlob,
) -> Result<Outcome, Failure> {
    let RecordBlob {
        by,
        at,
        hash,
        bytes,
        terms,
    } = command;
    let user = active(scope.community()?, by)?.user;
    let holding = Holding { db: scope.db };
    let blob = holding.add(hash, *bytes, *terms)?;
    holding.hold_upload(blob, &user, *at, *terms)?;
    Ok(Outcome::BlobRecorded {
        waits_until: at.saturating_add(terms.grace),
    })
}

pub(in crate::command) fn forget_gone(
    scope: &mut Scope<'_>,
    command: &ForgetGone,
) -> Result<Outcome, Failure> {
    for hash in &command.hashes {
        scope
            .db
            .prepare_cached("DELETE FROM blob_gone WHERE hash = ?1")?
            .execute([Blob(hash)])?;
    }
    Ok(Outcome::Done)
}

pub(in crate::command) fn forget_missing(
    scope: &mut Scope<'_>,
    command: &ForgetMissing,
) -> Result<Outcome, Failure> {
    let Some(blob) = find(scope.db, &command.hash)? else {
        return Ok(Outcome::Done);
    };
    let waiting: Vec<UserId> = scope
        .db
        .prepare_cached("SELECT member FROM blob_holder WHERE blob = ?1")?
        .query_map(params![blob.number], |row| {
            Ok(row.get::<_, Blob<UserId>>(0)?.0)
        })?
        .collect::<rusqlite::Result<_>>()?;
    let holding = Holding { db: scope.db };
    for member in &waiting {
        holding.let_go_upload(blob.number, member)?;
    }
    match find(scope.db, &command.hash)? {
        Some(_) => Err(ErrorCode::UnknownBlob { blob: command.hash }.into()),
        None => Ok(Outcome::Done),
    }
}
