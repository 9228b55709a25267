//! Uploads that nothing named in time are let go, a bounded number at a time.

use parley_protocol::Millis;
use parley_protocol::ids::UserId;
use rusqlite::params;

use super::holding::Holding;
use crate::command::Outcome;
use crate::command::scope::Scope;
use crate::refusal::Failure;
use crate::storage::blobs::first_waiting;
use crate::storage::values::{Blob, integer};

/// Uploads of one slice. More lets others wait longer.
const SLICE: u32 = 200;

/// Lets go what was uploaded at a time or before, and waits still.
#[derive(Debug)]
pub(crate) struct ExpireUploads {
    pub(crate) before: Millis,
}

pub(in crate::command) fn expire(
    scope: &mut Scope<'_>,
    command: &ExpireUploads,
) -> Result<Outcome, Failure> {
    let over: Vec<(i64, UserId)> = scope
        .db
        .prepare_cached(
            "SELECT blob, member FROM blob_holder WHERE uploaded_at <= ?1
             ORDER BY uploaded_at LIMIT ?2",
        )?
        .query_map(params![integer(command.before), SLICE], |row| {
            Ok((row.get(0)?, row.get::<_, Blob<UserId>>(1)?.0))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let holding = Holding { db: scope.db };
    for (blob, member) in over {
        holding.let_go_upload(blob, &member)?;
    }
    Ok(Outcome::UploadsExpired {
        first: first_waiting(scope.db)?,
    })
}
