//! Drops the ciphertext of messages whose time is over, a bounded number at a time. Where each stood in its author's
//! session stays.

use parley_protocol::Millis;
use parley_protocol::channel::signed_index;
use parley_protocol::ids::DeviceId;
use parley_protocol::keys::SessionId;
use rusqlite::params;

use super::scope::Scope;
use super::{Outcome, blobs};
use crate::refusal::Failure;
use crate::storage::read;
use crate::storage::values::{Blob, Removal, integer};

/// Messages of one slice. More lets others wait longer: the signature of each is verified.
const SLICE: u32 = 200;

/// Drops what expired by a time.
#[derive(Debug)]
pub(crate) struct ExpireItems {
    pub(crate) at: Millis,
}

pub(super) fn apply(scope: &mut Scope<'_>, command: &ExpireItems) -> Result<Outcome, Failure> {
    let over = expired_by(scope, command.at)?;
    let dropped = u64::try_from(over.len()).unwrap_or(u64::MAX);
    for (place, session, text, author) in over {
        scope
            .db
            .prepare_cached(
                "UPDATE item SET text = '', message_index = ?2, removal = ?3, expires_at = NULL,
                     blobs = NULL
                 WHERE place = ?1",
            )?
            .execute(params![
                place,
                signed_index(&session, &text),
                Removal::Expired
            ])?;
        blobs::let_go_item(scope, &author, place)?;
    }
    Ok(Outcome::ItemsExpired {
        dropped,
        next: read::next_expiry(scope.db)?,
    })
}

type Expired = (i64, SessionId, String, DeviceId);

fn expired_by(scope: &Scope<'_>, at: Millis) -> Result<Vec<Expired>, Failure> {
    let mut statement = scope.db.prepare_cached(
        "SELECT place, session, text, author FROM item WHERE expires_at <= ?1
         ORDER BY expires_at LIMIT ?2",
    )?;
    let rows = statement.query_map(params![integer(at), SLICE], |row| {
        Ok((
            row.get(0)?,
            row.get::<_, Blob<SessionId>>(1)?.0,
            row.get(2)?,
            row.get::<_, Blob<DeviceId>>(3)?.0,
        ))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
