//! The tables of blobs: who holds one, and what that counts. A blob without a holder is gone at once.

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use parley_protocol::keys::Hash;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::file_terms::FileTerms;
use crate::refusal::Failure;
use crate::storage::blobs::{StoredBlob, find, total, used};
use crate::storage::values::{Blob, integer, number};

/// Bytes that a blob counts for beside its own: a file and some rows. Less, and the smallest blobs fill the disk
/// before any quota ends.
const OVERHEAD_BYTES: u64 = 16 * 1024;

/// What a blob counts for.
pub(crate) fn size(bytes: u64) -> u64 {
    bytes.saturating_add(OVERHEAD_BYTES)
}

/// Why a member holds a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holder {
    /// Items and shares of theirs that name it.
    pub(super) names: u64,
    /// When they uploaded it, if they have not named it since.
    pub(super) uploaded_at: Option<Millis>,
}

pub(super) struct Holding<'a> {
    pub(super) db: &'a Connection,
}

impl Holding<'_> {
    /// The row of a blob, which is added if there is none.
    pub(super) fn add(
        &self,
        hash: &Hash,
        bytes: u64,
        terms: FileTerms,
    ) -> Result<StoredBlob, Failure> {
        if let Some(known) = find(self.db, hash)? {
            return Ok(known);
        }
        if total(self.db)?.bytes.saturating_add(size(bytes)) > terms.in_all {
            return Err(ErrorCode::DiskFull.into());
        }
        self.db
            .prepare_cached("INSERT INTO blob (hash, bytes) VALUES (?1, ?2)")?
            .execute(params![Blob(hash), integer(bytes)])?;
        let blob = StoredBlob {
            number: self.db.last_insert_rowid(),
            bytes,
        };
        self.db
            .prepare_cached("UPDATE blob_total SET blobs = blobs + 1, bytes = bytes + ?1")?
            .execute([integer(size(bytes))])?;
        self.db
            .prepare_cached("DELETE FROM blob_gone WHERE hash = ?1")?
            .execute([Blob(hash)])?;
        Ok(blob)
    }

    pub(super) fn holder(
        &self,
        blob: StoredBlob,
        member: &UserId,
    ) -> Result<Option<Holder>, Failure> {
        let holder = self
            .db
            .prepare_cached(
                "SELECT names, uploaded_at FROM blob_holder WHERE blob = ?1 AND member = ?2",
            )?
            .query_row(params![blob.number, Blob(member)], |row| {
                Ok(Holder {
                    names: number(row.get(0)?),
                    uploaded_at: row.get::<_, Option<i64>>(1)?.map(number),
                })
            })
            .optional()?;
        Ok(holder)
    }

    /// The member uploaded it and has yet to name it.
    pub(super) fn hold_upload(
        &self,
        blob: StoredBlob,
        member: &UserId,
        at: Millis,
        terms: FileTerms,
    ) -> Result<(), Failure> {
        let names = match self.holder(blob, member)? {
            Some(holder) => holder.names,
            None => self.charge(blob, member, terms)?,
        };
        let holder = Holder {
            names,
            uploaded_at: Some(at),
        };
        self.set(blob, member, holder)
    }

    /// One more item or share of the member names it. That ends the wait after an upload.
    pub(super) fn hold_name(
        &self,
        blob: StoredBlob,
        member: &UserId,
        terms: FileTerms,
    ) -> Result<(), Failure> {
        let names = match self.holder(blob, member)? {
            Some(holder) => holder.names,
            None => self.charge(blob, member, terms)?,
        };
        let holder = Holder {
            names: names.saturating_add(1),
            uploaded_at: None,
        };
        self.set(blob, member, holder)
    }

    /// One item or share of the member that named it is gone.
    pub(super) fn let_go_name(&self, blob: i64, member: &UserId) -> Result<(), Failure> {
        self.change(blob, member, |holder| Holder {
            names: holder.names.saturating_sub(1),
            ..holder
        })
    }

    /// The upload does not wait any more.
    pub(super) fn let_go_upload(&self, blob: i64, member: &UserId) -> Result<(), Failure> {
        self.change(blob, member, |holder| Holder {
            uploaded_at: None,
            ..holder
        })
    }

    fn change(
        &self,
        number: i64,
        member: &UserId,
        change: impl FnOnce(Holder) -> Holder,
    ) -> Result<(), Failure> {
        let bytes = self
            .db
            .prepare_cached("SELECT bytes FROM blob WHERE number = ?1")?
            .query_row([number], |row| Ok(self::number(row.get(0)?)))
            .optional()?;
        let Some(bytes) = bytes else {
            return Ok(());
        };
        let blob = StoredBlob { number, bytes };
        let Some(holder) = self.holder(blob, member)? else {
            return Ok(());
        };
        let after = change(holder);
        if after.names > 0 || after.uploaded_at.is_some() {
            return self.set(blob, member, after);
        }
        self.db
            .prepare_cached("DELETE FROM blob_holder WHERE blob = ?1 AND member = ?2")?
            .execute(params![number, Blob(member)])?;
        self.db
            .prepare_cached("UPDATE blob_usage SET bytes = bytes - ?2 WHERE member = ?1")?
            .execute(params![Blob(member), integer(size(bytes))])?;
        self.drop_unheld(blob)
    }

    fn set(&self, blob: StoredBlob, member: &UserId, holder: Holder) -> Result<(), Failure> {
        self.db
            .prepare_cached(
                "INSERT INTO blob_holder (blob, member, names, uploaded_at)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (blob, member) DO UPDATE SET
                   names = excluded.names, uploaded_at = excluded.uploaded_at",
            )?
            .execute(params![
                blob.number,
                Blob(member),
                integer(holder.names),
                holder.uploaded_at.map(integer)
            ])?;
        Ok(())
    }

    /// Counts a blob that the member did not hold before, in no name yet.
    fn charge(&self, blob: StoredBlob, member: &UserId, terms: FileTerms) -> Result<u64, Failure> {
        let used = used(self.db, member)?;
        let after = used.saturating_add(size(blob.bytes));
        if after > terms.per_member {
            let quota = terms.per_member;
            return Err(ErrorCode::BlobQuota { used, quota }.into());
        }
        self.db
            .prepare_cached(
                "INSERT INTO blob_usage (member, bytes) VALUES (?1, ?2)
                 ON CONFLICT (member) DO UPDATE SET bytes = excluded.bytes",
            )?
            .execute(params![Blob(member), integer(after)])?;
        Ok(0)
    }

    /// Drops a blob that nobody holds, and notes that its file is to be removed.
    fn drop_unheld(&self, blob: StoredBlob) -> Result<(), Failure> {
        let dropped = self
            .db
            .prepare_cached(
                "DELETE FROM blob WHERE number = ?1
                   AND NOT EXISTS (SELECT 1 FROM blob_holder WHERE blob = ?1)
                 RETURNING hash",
            )?
            .query_row([blob.number], |row| Ok(row.get::<_, Blob<Hash>>(0)?.0))
            .optional()?;
        let Some(hash) = dropped else {
            return Ok(());
        };
        self.db
            .prepare_cached("UPDATE blob_total SET blobs = blobs - 1, bytes = bytes - ?1")?
            .execute([integer(size(blob.bytes))])?;
        self.db
            .prepare_cached("INSERT OR IGNORE INTO blob_gone (hash) VALUES (?1)")?
            .execute([Blob(&hash)])?;
        Ok(())
    }
}
