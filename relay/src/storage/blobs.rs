//! Queries about blobs, one per function: what is stored, who may read it, how much it takes. They change nothing.

use parley_protocol::community::Community;
use parley_protocol::ids::UserId;
use parley_protocol::keys::Hash;
use rusqlite::{Connection, OptionalExtension as _, Result, params};

use super::values::{Blob, StreamId, integer, number};

/// A blob that the relay has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoredBlob {
    /// Its row.
    pub(crate) number: i64,
    pub(crate) bytes: u64,
}

/// The streams of the channels that a member may read now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Readable(Vec<u64>);

impl Readable {
    pub(crate) fn of(community: &Community, user: &UserId) -> Self {
        let channels = community.channels().iter();
        Self(
            channels
                .filter(|(id, _)| community.may_read(user, id))
                .map(|(_, channel)| channel.created_at)
                .collect(),
        )
    }

    fn has(&self, stream: u64) -> bool {
        self.0.contains(&stream)
    }
}

/// How much is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Total {
    pub(crate) blobs: u64,
    /// With what each counts beside its bytes.
    pub(crate) bytes: u64,
}

pub(crate) fn find(db: &Connection, hash: &Hash) -> Result<Option<StoredBlob>> {
    db.prepare_cached("SELECT number, bytes FROM blob WHERE hash = ?1")?
        .query_row([Blob(hash)], |row| {
            Ok(StoredBlob {
                number: row.get(0)?,
                bytes: number(row.get(1)?),
            })
        })
        .optional()
}

/// A blob that a member may read: their own upload that waits to be named, a reader's of an item that names it, and
/// those of a share.
pub(crate) fn readable(
    db: &Connection,
    channels: &Readable,
    user: &UserId,
    hash: &Hash,
) -> Result<Option<StoredBlob>> {
    let Some(blob) = find(db, hash)? else {
        return Ok(None);
    };
    let may = has_uploaded(db, user, blob)?
        || is_in_channel(db, channels, blob)?
        || is_shared(db, user, blob)?;
    Ok(may.then_some(blob))
}

fn has_uploaded(db: &Connection, user: &UserId, blob: StoredBlob) -> Result<bool> {
    db.prepare_cached(
        "SELECT 1 FROM blob_holder WHERE blob = ?1 AND member = ?2 AND uploaded_at IS NOT NULL",
    )?
    .exists(params![blob.number, Blob(user)])
}

/// One step for each channel in which it is, however often it is named there.
fn is_in_channel(db: &Connection, channels: &Readable, blob: StoredBlob) -> Result<bool> {
    let mut statement =
        db.prepare_cached("SELECT min(place) FROM blob_item WHERE blob = ?1 AND place > ?2")?;
    let mut after = 0;
    loop {
        let place: Option<i64> = statement.query_row([blob.number, after], |row| row.get(0))?;
        let Some(place) = place else {
            return Ok(false);
        };
        let stream = StreamId(number(place) >> 32);
        if channels.has(stream.0) {
            return Ok(true);
        }
        after = stream.end();
    }
}

fn is_shared(db: &Connection, user: &UserId, blob: StoredBlob) -> Result<bool> {
    db.prepare_cached(
        "SELECT 1 FROM share_blob JOIN share ON share.number = share_blob.share
         WHERE blob = ?1 AND (maker = ?2 OR EXISTS (
             SELECT 1 FROM share_reader
             WHERE share_reader.share = share.number AND member = ?2))",
    )?
    .exists(params![blob.number, Blob(user)])
}

/// Bytes that a member's blobs count for.
pub(crate) fn used(db: &Connection, user: &UserId) -> Result<u64> {
    let bytes = db
        .prepare_cached("SELECT bytes FROM blob_usage WHERE member = ?1")?
        .query_row([Blob(user)], |row| row.get(0))
        .optional()?;
    Ok(bytes.map_or(0, number))
}

pub(crate) fn total(db: &Connection) -> Result<Total> {
    db.prepare_cached("SELECT blobs, bytes FROM blob_total")?
        .query_row([], |row| {
            Ok(Total {
                blobs: number(row.get(0)?),
                bytes: number(row.get(1)?),
            })
        })
}

/// When the upload that has waited longest came.
pub(crate) fn first_waiting(db: &Connection) -> Result<Option<u64>> {
    let first: Option<i64> = db
        .prepare_cached("SELECT min(uploaded_at) FROM blob_holder WHERE uploaded_at IS NOT NULL")?
        .query_row([], |row| row.get(0))?;
    Ok(first.map(number))
}

/// Some of the files that are to be removed.
pub(crate) fn gone(db: &Connection, limit: u32) -> Result<Vec<Hash>> {
    db.prepare_cached("SELECT hash FROM blob_gone LIMIT ?1")?
        .query_map([limit], |row| Ok(row.get::<_, Blob<Hash>>(0)?.0))?
        .collect()
}

/// Blobs after a row, in the order of rows.
pub(crate) fn after(db: &Connection, row: i64, limit: u64) -> Result<Vec<(Hash, StoredBlob)>> {
    db.prepare_cached(
        "SELECT hash, number, bytes FROM blob WHERE number > ?1 ORDER BY number LIMIT ?2",
    )?
    .query_map([row, integer(limit)], |row| {
        let blob = StoredBlob {
            number: row.get(1)?,
            bytes: number(row.get(2)?),
        };
        Ok((row.get::<_, Blob<Hash>>(0)?.0, blob))
    })?
    .collect()
}

/// The hashes in the column of an item.
pub(crate) fn list(column: Option<&[u8]>) -> Vec<Hash> {
    let (hashes, _) = column.unwrap_or_default().as_chunks::<{ Hash::LENGTH }>();
    hashes.iter().copied().map(Hash::from_bytes).collect()
}

/// The column of an item that names these.
pub(crate) fn column(hashes: &[Hash]) -> Option<Vec<u8>> {
    let bytes = hashes
        .iter()
        .flat_map(|hash| hash.as_bytes().iter().copied());
    (!hashes.is_empty()).then(|| bytes.collect())
}
