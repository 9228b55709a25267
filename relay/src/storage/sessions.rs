//! Queries about sessions, one per function. They change nothing.

use std::collections::BTreeMap;

use parley_protocol::Millis;
use parley_protocol::auth::SessionInfo;
use parley_protocol::ids::{DeviceId, UserId};
use rusqlite::{Connection, Result, Row, params};

use super::values::{Blob, integer, number};

/// Id of a login: the family of refresh tokens that were rotated from one another.
type FamilyId = [u8; 16];

/// Whether a refresh token was issued and not yet deleted. It may be used or expired.
pub(crate) fn has_refresh_token(db: &Connection, hash: &[u8; 32]) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM refresh_token WHERE hash = ?1")?
        .exists([hash])
}

/// Whether a session exists and is this member's.
pub(crate) fn is_of(db: &Connection, family: &FamilyId, user: &UserId) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM family WHERE id = ?1 AND user = ?2")?
        .exists(params![family, Blob(user)])
}

/// A member's sessions, one for each device, and devices that were seen before; the last seen first. `current` is
/// the session that asks.
pub(crate) fn list(
    db: &Connection,
    user: &UserId,
    current: &FamilyId,
    now: Millis,
) -> Result<Vec<SessionInfo>> {
    let mut listed = Vec::new();
    let mut by_device = BTreeMap::new();
    for session in live(db, user, current, now)? {
        match session.device {
            Some(device) => {
                by_device
                    .entry(device)
                    .and_modify(|known| merge(known, &session))
                    .or_insert(session);
            }
            None => listed.push(session),
        }
    }
    for seen in seen(db, user)? {
        if let Some(device) = seen.device {
            by_device.entry(device).or_insert(seen);
        }
    }
    listed.extend(by_device.into_values());
    listed.sort_by_key(|session| std::cmp::Reverse(session.last_seen_at));
    Ok(listed)
}

fn live(
    db: &Connection,
    user: &UserId,
    current: &FamilyId,
    now: Millis,
) -> Result<Vec<SessionInfo>> {
    let mut statement = db.prepare_cached(
        "SELECT device, seen_at, network, opened_at, id = ?2 FROM family
         WHERE user = ?1 AND expires_at >= ?3 ORDER BY seen_at DESC",
    )?;
    let rows = statement.query_map(params![Blob(user), current, integer(now)], |row| {
        Ok(SessionInfo {
            signed_in_at: Some(number(row.get(3)?)),
            current: row.get(4)?,
            ..last_seen(row)?
        })
    })?;
    rows.collect()
}

fn seen(db: &Connection, user: &UserId) -> Result<Vec<SessionInfo>> {
    let mut statement =
        db.prepare_cached("SELECT device, at, network FROM seen WHERE user = ?1 ORDER BY device")?;
    let rows = statement.query_map([Blob(user)], last_seen)?;
    rows.collect()
}

fn last_seen(row: &Row<'_>) -> Result<SessionInfo> {
    Ok(SessionInfo {
        device: row.get::<_, Option<Blob<DeviceId>>>(0)?.map(|Blob(id)| id),
        signed_in_at: None,
        last_seen_at: number(row.get(1)?),
        network: row.get(2)?,
        current: false,
    })
}

/// A device that signed in again has several sessions.
fn merge(known: &mut SessionInfo, other: &SessionInfo) {
    known.current |= other.current;
    known.signed_in_at = known.signed_in_at.max(other.signed_in_at);
}
