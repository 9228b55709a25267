//! What waits in all mailboxes together.

use parley_protocol::Millis;
use rusqlite::{Connection, Result};

use super::values::number;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Waiting {
    pub(crate) bytes: u64,
    /// When the oldest message came, in milliseconds since the Unix epoch.
    pub(crate) oldest: Option<Millis>,
}

/// One look into each mailbox that holds something: its first message is its oldest.
pub(crate) fn waiting(db: &Connection) -> Result<Waiting> {
    let mut statement = db.prepare_cached(
        "SELECT coalesce(sum(bytes), 0), min((
             SELECT at FROM mail WHERE place > mailbox.device << 32 ORDER BY place LIMIT 1
         )) FROM mailbox WHERE bytes > 0",
    )?;
    statement.query_row([], |row| {
        let oldest: Option<i64> = row.get(1)?;
        Ok(Waiting {
            bytes: number(row.get(0)?),
            oldest: oldest.map(number),
        })
    })
}
