//! Queries about accounts, one per function: secrets and wraps. They change nothing.

use parley_protocol::auth::{Wrap, WrapKind};
use parley_protocol::ids::UserId;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Result, Row};
use sha2::{Digest as _, Sha256};

use super::password_record::PasswordRecord;
use super::second_factor::{SecondFactor, TotpSecret};
use super::values::{Blob, number};

/// The secrets of an account, as far as the relay has them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Account {
    /// `None` if it was made by way of an identity provider.
    pub(crate) password: Option<PasswordRecord>,
    /// SHA-256 of the recovery secret.
    pub(crate) recovery: Option<[u8; 32]>,
    /// `None` if none was set up.
    pub(crate) second_factor: Option<SecondFactor>,
    /// Who the member is at identity providers, in one text.
    pub(crate) persons: Option<String>,
}

impl Account {
    /// The second factor, if a code is asked for.
    pub(crate) fn enabled_factor(&self) -> Option<&SecondFactor> {
        self.second_factor.as_ref().filter(|factor| factor.enabled)
    }

    /// Changes with every secret of the account, and with every person at a provider that signs in to it.
    pub(crate) fn stamp(&self) -> [u8; 16] {
        let mut hasher = Sha256::new();
        if let Some(password) = &self.password {
            hasher.update(password.salt);
            hasher.update(password.hash);
        }
        if let Some(recovery) = &self.recovery {
            hasher.update(recovery);
        }
        if let Some(factor) = &self.second_factor {
            hasher.update(factor.secret.0);
        }
        if let Some(persons) = &self.persons {
            hasher.update(persons);
        }
        let hash: [u8; 32] = hasher.finalize().into();
        let (stamp, _) = hash.split_first_chunk().unwrap_or((&[0; 16], &[]));
        *stamp
    }
}

/// A member's account.
pub(crate) fn account(db: &Connection, user: &UserId) -> Result<Option<Account>> {
    db.prepare_cached(
        "SELECT salt, hash, memory, passes, recovery, secret, enabled, last_step,
                (SELECT group_concat(issuer || ' ' || subject, ' ') FROM subject
                 WHERE subject.user = account.user)
         FROM account LEFT JOIN second_factor USING (user) WHERE user = ?1",
    )?
    .query_row([Blob(user)], |row| {
        Ok(Account {
            password: password(row)?,
            recovery: row.get(4)?,
            second_factor: second_factor(row)?,
            persons: row.get(8)?,
        })
    })
    .optional()
}

/// A member's wraps, by kind.
pub(crate) fn wraps(db: &Connection, user: &UserId) -> Result<Vec<Wrap>> {
    let mut statement =
        db.prepare_cached("SELECT kind, id, text FROM wrap WHERE user = ?1 ORDER BY kind, id")?;
    let rows = statement.query_map([Blob(user)], |row| {
        Ok(Wrap {
            kind: row.get::<_, Kind>(0)?.0,
            id: row.get(1)?,
            text: row.get(2)?,
        })
    })?;
    rows.collect()
}

/// Recovery codes of the second factor that are unused.
pub(crate) fn recovery_codes_left(db: &Connection, user: &UserId) -> Result<u32> {
    db.prepare_cached("SELECT count(*) FROM recovery_code WHERE user = ?1")?
        .query_row([Blob(user)], |row| row.get(0))
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

fn second_factor(row: &Row<'_>) -> Result<Option<SecondFactor>> {
    let Some(secret) = row.get(5)? else {
        return Ok(None);
    };
    Ok(Some(SecondFactor {
        secret: TotpSecret(secret),
        enabled: row.get(6)?,
        last_step: number(row.get(7)?),
    }))
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
