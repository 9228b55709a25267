//! The tables of one member's vault: what is stored, how far each chain went, and how many bytes all of it counts.

use parley_protocol::error::ErrorCode;
use parley_protocol::ids::DeviceId;
use parley_protocol::keys::Hash;
use parley_protocol::limits::{MAX_SEGMENTS_BYTES, SEGMENT_OVERHEAD_BYTES};
use parley_protocol::vault::Segment;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::refusal::Failure;
use crate::storage::values::{Blob, StreamId, integer, number};

/// A segment as far as the next one needs it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) counter: u64,
    pub(super) hash: Hash,
    /// Whether it named the one before it.
    pub(super) follows: bool,
}

/// A device's chain. What is known of its newest segment stays when the segment is dropped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    pub(super) newest: Link,
    /// Number of the last segment that was dropped, 0 if none was.
    pub(super) dropped: u64,
}

pub(super) struct Vault<'a> {
    db: &'a Connection,
    member: StreamId,
}

impl<'a> Vault<'a> {
    pub(super) fn of(db: &'a Connection, member: StreamId) -> Self {
        Self { db, member }
    }

    pub(super) fn chain(&self, device: &DeviceId) -> Result<Option<Chain>, Failure> {
        let chain = self
            .db
            .prepare_cached(
                "SELECT counter, hash, follows, dropped FROM vault_chain WHERE device = ?1",
            )?
            .query_row([Blob(device)], |row| {
                Ok(Chain {
                    newest: link(row)?,
                    dropped: number(row.get(3)?),
                })
            })
            .optional()?;
        Ok(chain)
    }

    /// A segment that is stored.
    pub(super) fn link(&self, device: &DeviceId, counter: u64) -> Result<Option<Link>, Failure> {
        let link = self
            .db
            .prepare_cached(
                "SELECT counter, hash, follows FROM segment WHERE device = ?1 AND counter = ?2",
            )?
            .query_row(params![Blob(device), integer(counter)], link)
            .optional()?;
        Ok(link)
    }

    /// Stores a segment under the vault's next number.
    pub(super) fn put(
        &self,
        device: &DeviceId,
        segment: &Segment,
        link: &Link,
    ) -> Result<(), Failure> {
        let chars = u64::try_from(segment.sealed.len()).unwrap_or(u64::MAX);
        let number = self.count(size(chars))?;
        self.db
            .prepare_cached(
                "INSERT INTO segment
                   (place, device, counter, hash, follows, previous, signature, sealed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                self.member.row(number),
                Blob(device),
                integer(link.counter),
                Blob(&link.hash),
                link.follows,
                Blob(&segment.previous),
                Blob(&segment.signature),
                segment.sealed
            ])?;
        self.db
            .prepare_cached(
                "INSERT INTO vault_chain (device, member, counter, hash, follows, dropped)
                 VALUES (?1, ?2, ?3, ?4, ?5, 0)
                 ON CONFLICT (device) DO UPDATE SET
                   counter = excluded.counter, hash = excluded.hash, follows = excluded.follows",
            )?
            .execute(params![
                Blob(device),
                integer(self.member.0),
                integer(link.counter),
                Blob(&link.hash),
                link.follows
            ])?;
        Ok(())
    }

    /// Deletes a chain's segments up to a number.
    pub(super) fn drop_through(&self, device: &DeviceId, counter: u64) -> Result<(), Failure> {
        let (mut segments, mut bytes) = (0_u64, 0_u64);
        let mut statement = self.db.prepare_cached(
            "DELETE FROM segment WHERE device = ?1 AND counter <= ?2 RETURNING length(sealed)",
        )?;
        let rows =
            statement.query_map(params![Blob(device), integer(counter)], |row| row.get(0))?;
        for chars in rows {
            segments = segments.saturating_add(1);
            bytes = bytes.saturating_add(size(number(chars?)));
        }
        self.db
            .prepare_cached(
                "UPDATE vault SET segments = segments - ?2, bytes = bytes - ?3 WHERE member = ?1",
            )?
            .execute([integer(self.member.0), integer(segments), integer(bytes)])?;
        self.db
            .prepare_cached("UPDATE vault_chain SET dropped = ?2 WHERE device = ?1")?
            .execute(params![Blob(device), integer(counter)])?;
        Ok(())
    }

    /// Deletes all of it.
    pub(super) fn forget(&self) -> Result<(), Failure> {
        self.db
            .prepare_cached("DELETE FROM segment WHERE place BETWEEN ?1 AND ?2")?
            .execute([self.member.row(0), self.member.end()])?;
        for statement in [
            "DELETE FROM vault_chain WHERE member = ?1",
            "DELETE FROM vault WHERE member = ?1",
        ] {
            self.db
                .prepare_cached(statement)?
                .execute([integer(self.member.0)])?;
        }
        Ok(())
    }

    /// Counts one more segment, and returns its number.
    fn count(&self, bytes: u64) -> Result<u64, Failure> {
        let last: Option<i64> = self
            .db
            .prepare_cached(
                "INSERT INTO vault (member, last, segments, bytes) VALUES (?1, 1, 1, ?2)
                 ON CONFLICT (member) DO UPDATE SET
                   last = last + 1, segments = segments + 1, bytes = bytes + excluded.bytes
                 WHERE bytes + excluded.bytes <= ?3 RETURNING last",
            )?
            .query_row(
                [
                    integer(self.member.0),
                    integer(bytes),
                    integer(MAX_SEGMENTS_BYTES),
                ],
                |row| row.get(0),
            )
            .optional()?;
        Ok(last.map(number).ok_or(ErrorCode::Full)?)
    }
}

fn link(row: &rusqlite::Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link {
        counter: number(row.get(0)?),
        hash: row.get::<_, Blob<Hash>>(1)?.0,
        follows: row.get(2)?,
    })
}

fn size(chars: u64) -> u64 {
    chars.saturating_add(SEGMENT_OVERHEAD_BYTES)
}
