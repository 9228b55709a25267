//! Queries about passkeys, and about accounts at identity providers. They change nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::auth::{PasskeyInfo, WrapKind};
use parley_protocol::ids::UserId;
use rusqlite::{Connection, OptionalExtension as _, Result, params};

use super::accounts::Kind;
use super::credentials::StoredPasskey;
use super::values::{Blob, number};

/// The passkey of a credential id.
pub(crate) fn passkey(db: &Connection, id: &[u8]) -> Result<Option<StoredPasskey>> {
    db.prepare_cached("SELECT user, key FROM passkey WHERE id = ?1")?
        .query_row([id], |row| {
            Ok(StoredPasskey {
                user: row.get::<_, Blob<UserId>>(0)?.0,
                key: row.get(1)?,
            })
        })
        .optional()
}

/// Credential ids of a member's passkeys.
pub(crate) fn ids_of(db: &Connection, user: &UserId) -> Result<Vec<Vec<u8>>> {
    db.prepare_cached("SELECT id FROM passkey WHERE user = ?1")?
        .query_map([Blob(user)], |row| row.get(0))?
        .collect()
}

/// A member's passkeys, the oldest first.
pub(crate) fn list(db: &Connection, user: &UserId) -> Result<Vec<PasskeyInfo>> {
    let mut statement = db.prepare_cached(
        "SELECT id, name, created_at, used_at FROM passkey WHERE user = ?1
         ORDER BY created_at, id",
    )?;
    let mut has_wrap =
        db.prepare_cached("SELECT 1 FROM wrap WHERE user = ?1 AND kind = ?2 AND id = ?3")?;
    let rows = statement.query_map([Blob(user)], |row| {
        let id = URL_SAFE_NO_PAD.encode(row.get::<_, Vec<u8>>(0)?);
        Ok(PasskeyInfo {
            name: row.get(1)?,
            created_at: number(row.get(2)?),
            last_used_at: row.get::<_, Option<i64>>(3)?.map(number),
            has_wrap: has_wrap.exists(params![Blob(user), Kind(WrapKind::Passkey), id])?,
            id,
        })
    })?;
    rows.collect()
}

/// Issuers at which somebody signs in as the member.
pub(crate) fn issuers_of(db: &Connection, user: &UserId) -> Result<Vec<String>> {
    db.prepare_cached("SELECT issuer FROM subject WHERE user = ?1")?
        .query_map([Blob(user)], |row| row.get(0))?
        .collect()
}

/// The member who belongs to somebody at an identity provider.
pub(crate) fn member_of(db: &Connection, issuer: &str, subject: &str) -> Result<Option<UserId>> {
    db.prepare_cached("SELECT user FROM subject WHERE issuer = ?1 AND subject = ?2")?
        .query_row([issuer, subject], |row| {
            Ok(row.get::<_, Blob<UserId>>(0)?.0)
        })
        .optional()
}
