//! Queries about accounts, one per function: secrets, wraps, sessions. They change nothing.

use parley_protocol::auth::{Wrap, WrapKind};
use parley_protocol::ids::UserId;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Result, Row, params};

use super::password_record::PasswordRecord;
use super::values::Blob;

/// Whether a refresh token was issued and not yet deleted. It may be used or expired.
pub(crate) fn has_refresh_token(db: &Connection, hash: &[u8; 32]) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM refresh_token WHERE hash = ?1")?
        .exists([hash])
}

/// The secrets of an account, as far as the relay has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    /// `None` if it was made by way of an identity provider.
    pub(crate) password: Option<PasswordRecord>,
}

/// A member's account.
pub(crate) fn account(db: &Connection, user: &UserId) -> Result<Option<Account>> {
    db.prepare_cached("SELECT salt, hash, memory, passes FROM account WHERE user = ?1")?
        .query_row([Blob(user)], |row| {
            Ok(Account {
                password: password(row)?,
            })
        })
        .optional()
}

/// A member's wraps of one kind.
pub(crate) fn wraps_of(db: &Connection, user: &UserId, kind: WrapKind) -> Result<Vec<Wrap>> {
    let mut statement = db.prepare_cached(
        "SELECT kind, id, text FROM wrap WHERE user = ?1 AND kind = ?2 ORDER BY id",
    )?;
    let rows = statement.query_map(params![Blob(user), Kind(kind)], wrap)?;
    rows.collect()
}

fn password(row: &Row<'_>) -> Result<Option<PasswordRecord>> {
    let Some(hash) = row.get(1)? else {
        return Ok(None);
    };
    Ok(Some(PasswordRecord {
        salt: row.get(0)?,
        hash,
        memory_kib: row.get(2)?,
        passes: row.get(3)?,
    }))
}

fn wrap(row: &Row<'_>) -> Result<Wrap> {
    Ok(Wrap {
        kind: row.get::<_, Kind>(0)?.0,
        id: row.get(1)?,
        text: row.get(2)?,
    })
}

/// A kind of wrap as a number in the database.
pub(crate) struct Kind(pub(crate) WrapKind);

impl ToSql for Kind {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        let number = match self.0 {
            WrapKind::Password => 0,
            WrapKind::Recovery => 1,
            WrapKind::Passkey => 2,
        };
        Ok(ToSqlOutput::from(number))
    }
}

impl FromSql for Kind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_i64()? {
            0 => Ok(Self(WrapKind::Password)),
            1 => Ok(Self(WrapKind::Recovery)),
            2 => Ok(Self(WrapKind::Passkey)),
            other => Err(FromSqlError::OutOfRange(other)),
        }
    }
}
