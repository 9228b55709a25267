//! Who is signed in, newest sign-in first. Days instead of times, and no networks: those are their member's alone.

use parley_protocol::Millis;
use parley_protocol::admin::{PAGE_ROWS, SessionPlace, SessionRow, SessionsPage, day_of};
use parley_protocol::community::Community;
use parley_protocol::ids::{DeviceId, UserId};
use rusqlite::{Connection, Result, Row, params};
use serde::Deserialize;

use crate::command::FamilyId;
use crate::storage::values::{Blob, integer, number};

/// Which sessions to list.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Query {
    /// Only those of this member.
    pub(crate) user: Option<UserId>,
    /// Only those after this place in the list.
    pub(crate) after: Option<SessionPlace>,
}

/// Who asks: a member with their session, or the operator at the machine itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    Member { user: UserId, family: FamilyId },
    Operator,
}

/// A session as the database has it.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    family: FamilyId,
    user: UserId,
    device: Option<DeviceId>,
    opened_at: Millis,
    seen_at: Millis,
}

/// One more than a page, and how many there are.
pub(crate) fn stored(db: &Connection, query: &Query, now: Millis) -> Result<(Vec<Stored>, u64)> {
    let user = query.user.as_ref().map(Blob);
    let total: i64 = db
        .prepare_cached(
            "SELECT count(*) FROM family WHERE expires_at >= ?1 AND (?2 IS NULL OR user = ?2)",
        )?
        .query_row(params![integer(now), user], |row| row.get(0))?;
    let (opened_at, family) = query.after.map_or((i64::MAX, [255; 16]), |it| parts(&it));
    let mut statement = db.prepare_cached(
        "SELECT id, user, device, opened_at, seen_at FROM family
         WHERE expires_at >= ?1 AND (?2 IS NULL OR user = ?2)
             AND (opened_at < ?3 OR (opened_at = ?3 AND id < ?4))
         ORDER BY opened_at DESC, id DESC LIMIT ?5",
    )?;
    let limit = i64::try_from(PAGE_ROWS)
        .unwrap_or(i64::MAX)
        .saturating_add(1);
    let rows = statement.query_map(
        params![integer(now), user, opened_at, family, limit],
        stored_row,
    )?;
    Ok((rows.collect::<Result<_>>()?, number(total)))
}

fn stored_row(row: &Row<'_>) -> Result<Stored> {
    Ok(Stored {
        family: row.get(0)?,
        user: row.get::<_, Blob<UserId>>(1)?.0,
        device: row.get::<_, Option<Blob<DeviceId>>>(2)?.map(|it| it.0),
        opened_at: number(row.get(3)?),
        seen_at: number(row.get(4)?),
    })
}

/// Puts names to what the database has.
pub(crate) fn page(
    community: Option<&Community>,
    (mut stored, total): (Vec<Stored>, u64),
    asks: Asks,
) -> SessionsPage {
    let is_last = stored.len() <= PAGE_ROWS;
    stored.truncate(PAGE_ROWS);
    let next = stored.last().map(place);
    SessionsPage {
        sessions: stored
            .into_iter()
            .map(|session| row(community, session, asks))
            .collect(),
        next: next.filter(|_| !is_last),
        total,
    }
}

fn row(community: Option<&Community>, session: Stored, asks: Asks) -> SessionRow {
    let Stored {
        family,
        user,
        device,
        opened_at,
        seen_at,
    } = session;
    let member = community.and_then(|all| all.members().get(&user));
    let label = device.and_then(|device| Some(community?.devices().get(&device)?.label.clone()));
    let (may_end, is_current) = match asks {
        Asks::Operator => (true, false),
        Asks::Member {
            user: by,
            family: own,
        } => (
            community.is_some_and(|all| all.may_sign_out(&by, &user)),
            own == family,
        ),
    };
    SessionRow {
        user,
        name: member.map_or_else(String::new, |member| member.display_name().to_owned()),
        device,
        label: label.unwrap_or_default(),
        signed_in_on: day_of(opened_at),
        seen_on: day_of(seen_at),
        may_end,
        is_current,
    }
}

fn place(session: &Stored) -> SessionPlace {
    let mut bytes = [0; SessionPlace::LENGTH];
    let (time, family) = bytes.split_at_mut(8);
    time.copy_from_slice(&session.opened_at.to_be_bytes());
    family.copy_from_slice(&session.family);
    SessionPlace::from_bytes(bytes)
}

fn parts(place: &SessionPlace) -> (i64, FamilyId) {
    let (time, family) = place.as_bytes().split_at(8);
    let time = time.try_into().map_or(0, u64::from_be_bytes);
    (integer(time), family.try_into().unwrap_or([0; 16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_keeps_time_and_session() {
        let session = Stored {
            family: [7; 16],
            user: UserId::from_bytes([1; 16]),
            device: None,
            opened_at: 1_800_000_000_123,
            seen_at: 0,
        };
        assert_eq!(parts(&place(&session)), (1_800_000_000_123, [7; 16]));
    }
}
