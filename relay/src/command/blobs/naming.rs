//! An item or a share names blobs, and lets them go. Only what its author may read, or has just uploaded, can be
//! named: whoever knows a hash alone gets nothing by it.

use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::keys::Hash;
use parley_protocol::limits::MAX_BLOBS_PER_ITEM;
use rusqlite::params;

use super::holding::Holding;
use crate::command::scope::Scope;
use crate::file_terms::FileTerms;
use crate::refusal::Failure;
use crate::storage::blobs::{Readable, StoredBlob, readable};

/// Bytes that AES-256-GCM adds to a chunk.
const TAG_BYTES: u64 = 16;

/// The blobs of a list, each once, if the member may name all of them.
pub(in crate::command) fn check_names(
    scope: &Scope<'_>,
    user: &UserId,
    hashes: &[Hash],
    terms: FileTerms,
) -> Result<Vec<StoredBlob>, Failure> {
    if hashes.is_empty() {
        return Ok(Vec::new());
    }
    if hashes.len() > MAX_BLOBS_PER_ITEM {
        return Err(ErrorCode::TooLarge.into());
    }
    let channels = Readable::of(scope.community()?, user);
    let mut blobs: Vec<StoredBlob> = Vec::with_capacity(hashes.len());
    let mut bytes = 0_u64;
    for hash in hashes {
        let found = readable(scope.db, &channels, user, hash)?;
        let blob = found.ok_or(ErrorCode::UnknownBlob { blob: *hash })?;
        bytes = bytes.saturating_add(blob.bytes.saturating_sub(TAG_BYTES));
        blobs.push(blob);
    }
    if bytes > terms.max_file_bytes {
        return Err(ErrorCode::TooLarge.into());
    }
    blobs.sort_by_key(|blob| blob.number);
    blobs.dedup();
    Ok(blobs)
}

/// The item at a place names these from now on.
pub(in crate::command) fn name_in_item(
    scope: &Scope<'_>,
    user: &UserId,
    place: i64,
    blobs: &[StoredBlob],
    terms: FileTerms,
) -> Result<(), Failure> {
    let holding = Holding { db: scope.db };
    for blob in blobs {
        holding.hold_name(*blob, user, terms)?;
        scope
            .db
            .prepare_cached("INSERT INTO blob_item (blob, place) VALUES (?1, ?2)")?
            .execute(params![blob.number, place])?;
    }
    Ok(())
}

/// What the item at a place named is let go.
pub(in crate::command) fn let_go_item(
    scope: &Scope<'_>,
    author: &DeviceId,
    place: i64,
) -> Result<(), Failure> {
    let blobs: Vec<i64> = scope
        .db
        .prepare_cached("DELETE FROM blob_item WHERE place = ?1 RETURNING blob")?
        .query_map([place], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if blobs.is_empty() {
        return Ok(());
    }
    let author = scope.community()?.devices().get(author);
    let user = author.ok_or(ErrorCode::UnknownDevice)?.user;
    let holding = Holding { db: scope.db };
    blobs
        .into_iter()
        .try_for_each(|blob| holding.let_go_name(blob, &user))
}
