//! What takes room: the database, files, vaults, mailboxes, and how much is left.

use parley_protocol::admin::{LARGEST_ROWS, MemberStorage, StorageReport};
use parley_protocol::community::Community;
use parley_protocol::ids::UserId;
use rusqlite::{Connection, Result};

use crate::file_terms::FileTerms;
use crate::storage::blobs;
use crate::storage::values::{Blob, number};

pub(crate) fn report(
    db: &Connection,
    terms: FileTerms,
    disk_free: Option<u64>,
) -> Result<StorageReport> {
    let blobs = blobs::total(db)?;
    let pragma = |name: &str| -> Result<u64> {
        Ok(number(db.pragma_query_value(None, name, |row| row.get(0))?))
    };
    let sum = |statement: &str| -> Result<u64> {
        let sum: Option<i64> = db.query_row(statement, [], |row| row.get(0))?;
        Ok(sum.map_or(0, number))
    };
    let page = pragma("page_size")?;
    Ok(StorageReport {
        database_bytes: pragma("page_count")?.saturating_mul(page),
        database_free_bytes: pragma("freelist_count")?.saturating_mul(page),
        blobs: blobs.blobs,
        blob_bytes: blobs.bytes,
        blob_quota: terms.in_all,
        member_quota: terms.per_member,
        vault_bytes: sum("SELECT sum(bytes) FROM vault")?,
        mailbox_bytes: sum("SELECT sum(bytes) FROM mailbox")?,
        disk_free,
        largest: largest(db)?,
    })
}

fn largest(db: &Connection) -> Result<Vec<MemberStorage>> {
    let limit = i64::try_from(LARGEST_ROWS).unwrap_or(i64::MAX);
    let mut statement = db.prepare_cached(
        "SELECT member, bytes FROM blob_usage WHERE bytes > 0 ORDER BY bytes DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| {
        Ok(MemberStorage {
            user: row.get::<_, Blob<UserId>>(0)?.0,
            name: String::new(),
            file_bytes: number(row.get(1)?),
        })
    })?;
    rows.collect()
}

/// Puts names to the members of a report.
pub(crate) fn name(report: &mut StorageReport, community: &Community) {
    for row in &mut report.largest {
        if let Some(member) = community.members().get(&row.user) {
            row.name = member.display_name().to_owned();
        }
    }
}
