//! Changes to a member's passkeys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::Millis;
use parley_protocol::auth::{Wrap, WrapKind};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use parley_protocol::limits::MAX_PASSKEYS_PER_MEMBER;
use rusqlite::params;

use super::scope::Scope;
use super::{AskedBy, Outcome, ways_left, wraps};
use crate::refusal::Failure;
use crate::storage::accounts::Kind;
use crate::storage::credentials::NewPasskey;
use crate::storage::values::{Blob, integer, number};

/// A change.
#[derive(Debug)]
pub(crate) enum ChangePasskey {
    /// A member made one.
    Add {
        by: AskedBy,
        passkey: NewPasskey,
        /// What the member calls it.
        name: String,
        /// The member's secrets under its key.
        wrap: Option<Wrap>,
        at: Millis,
    },
    /// One was used. `key` is its new text, if it changed.
    Use {
        id: Vec<u8>,
        key: Option<String>,
        at: Millis,
    },
    /// Its member no longer wants it.
    Remove { by: AskedBy, id: Vec<u8> },
}

pub(super) fn apply(scope: &Scope<'_>, command: &ChangePasskey) -> Result<Outcome, Failure> {
    match command {
        ChangePasskey::Add {
            by,
            passkey,
            name,
            wrap,
            at,
        } => {
            by.check(scope)?;
            add(scope, &by.user, passkey, name, wrap.as_ref(), *at)?;
        }
        ChangePasskey::Use { id, key, at } => {
            scope
                .db
                .prepare_cached(
                    "UPDATE passkey SET used_at = ?2, key = coalesce(?3, key) WHERE id = ?1",
                )?
                .execute(params![id, integer(*at), key])?;
        }
        ChangePasskey::Remove { by, id } => {
            by.check(scope)?;
            remove(scope, &by.user, id)?;
        }
    }
    Ok(Outcome::Done)
}

fn add(
    scope: &Scope<'_>,
    user: &UserId,
    passkey: &NewPasskey,
    name: &str,
    wrap: Option<&Wrap>,
    at: Millis,
) -> Result<(), Failure> {
    let id = URL_SAFE_NO_PAD.encode(&passkey.id);
    if let Some(wrap) = wrap {
        wraps::check(std::slice::from_ref(wrap))?;
        if wrap.kind != WrapKind::Passkey || wrap.id != id {
            return Err(ErrorCode::Malformed.into());
        }
    }
    let count: i64 = scope
        .db
        .prepare_cached("SELECT count(*) FROM passkey WHERE user = ?1")?
        .query_row([Blob(user)], |row| row.get(0))?;
    if number(count) >= MAX_PASSKEYS_PER_MEMBER as u64 {
        return Err(ErrorCode::Full.into());
    }
    // A credential id that is known, whosesoever, is not taken over (Web Authentication, section 7.1 step 26).
    let is_new = scope
        .db
        .prepare_cached(
            "INSERT INTO passkey (id, user, name, key, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            passkey.id,
            Blob(user),
            name,
            passkey.key,
            integer(at)
        ])?;
    if is_new == 0 {
        return Err(ErrorCode::NotPermitted.into());
    }
    wraps::put(scope, user, wrap.map_or(&[], std::slice::from_ref))
}

fn remove(scope: &Scope<'_>, user: &UserId, id: &[u8]) -> Result<(), Failure> {
    let removed = scope
        .db
        .prepare_cached("DELETE FROM passkey WHERE id = ?1 AND user = ?2")?
        .execute(params![id, Blob(user)])?;
    if removed == 0 {
        return Ok(());
    }
    scope
        .db
        .prepare_cached("DELETE FROM wrap WHERE user = ?1 AND kind = ?2 AND id = ?3")?
        .execute(params![
            Blob(user),
            Kind(WrapKind::Passkey),
            URL_SAFE_NO_PAD.encode(id)
        ])?;
    ways_left::check(scope, user)
}
