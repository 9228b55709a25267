//! Queries of the members' vaults.

use parley_protocol::ids::DeviceId;
use parley_protocol::limits::{SEGMENT_OVERHEAD_BYTES, VAULT_PAGE_CHARS};
use parley_protocol::vault::{Segment, StoredSegment, VaultPage};
use rusqlite::{Connection, OptionalExtension as _, Result, Row};

use super::values::{Blob, StreamId, integer, number};

/// The newest segments of a member's vault below `before`, newest first: as many as a page holds, at least one.
pub(crate) fn page(db: &Connection, member: StreamId, before: u64) -> Result<VaultPage> {
    let mut statement = db.prepare_cached(
        "SELECT place, device, counter, previous, signature, sealed FROM segment
         WHERE place > ?1 AND place < ?2 ORDER BY place DESC",
    )?;
    let mut segments: Vec<StoredSegment> = Vec::new();
    let mut size = 0_u64;
    let mut more = false;
    for row in statement.query_map([member.row(0), member.row(before)], segment)? {
        let row = row?;
        size = size.saturating_add(size_in_page(&row.segment));
        more = size > VAULT_PAGE_CHARS as u64 && !segments.is_empty();
        if more {
            break;
        }
        segments.push(row);
    }
    let last = segments.last().filter(|_| more);
    Ok(VaultPage {
        before: last.map(|last| last.number),
        segments,
        total: total(db, member)?,
    })
}

fn total(db: &Connection, member: StreamId) -> Result<u64> {
    let total = db
        .prepare_cached("SELECT segments FROM vault WHERE member = ?1")?
        .query_row([integer(member.0)], |row| row.get(0))
        .optional()?;
    Ok(total.map_or(0, number))
}

/// Small segments would make a page of many times its characters.
fn size_in_page(segment: &Segment) -> u64 {
    let chars = u64::try_from(segment.sealed.len()).unwrap_or(u64::MAX);
    chars.saturating_add(SEGMENT_OVERHEAD_BYTES)
}

fn segment(row: &Row<'_>) -> Result<StoredSegment> {
    Ok(StoredSegment {
        number: StreamId::seq(row.get(0)?),
        device: row.get::<_, Blob<DeviceId>>(1)?.0,
        segment: Segment {
            counter: number(row.get(2)?),
            previous: row.get::<_, Blob<_>>(3)?.0,
            signature: row.get::<_, Blob<_>>(4)?.0,
            sealed: row.get(5)?,
        },
    })
}
