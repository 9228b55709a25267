//! Logins: a family of refresh tokens, each used once. Presenting a token twice ends the family, because one of the
//! two holders is a thief. A short leeway exempts pages that are reloaded before they got the answer with the next
//! token.

use std::net::IpAddr;

use parley_protocol::Millis;
use parley_protocol::ids::{DeviceId, UserId};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::scope::{Scope, active};
use super::{FamilyId, Outcome, ending};
use crate::network::site_text;
use crate::refusal::Failure;
use crate::storage::values::{Blob, integer, number};

/// How long after its use a token may be presented again, in milliseconds. Longer gives a thief of the cookie more
/// time unnoticed; shorter signs out people who reload twice on a slow network.
const LEEWAY: Millis = 10_000;

/// SHA-256 of a refresh token; the token itself is never stored.
pub(crate) type TokenHash = [u8; 32];

/// The first token of a new family.
#[derive(Debug, Clone)]
pub(crate) struct NewSession {
    pub(crate) family: FamilyId,
    pub(crate) token: TokenHash,
    pub(crate) expires_at: Millis,
    pub(crate) seen: Seen,
}

impl NewSession {
    /// The same, over at that time at the latest.
    pub(super) fn until(&self, end: Millis) -> Self {
        Self {
            expires_at: self.expires_at.min(end),
            ..self.clone()
        }
    }
}

/// When and roughly where a session was seen.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) at: Millis,
    /// As in `SessionInfo`.
    pub(crate) network: String,
}

impl Seen {
    /// Now, at an address of which only its network is kept.
    pub(crate) fn at(from: IpAddr, at: Millis) -> Self {
        Self {
            at,
            network: site_text(from),
        }
    }
}

/// Opens a session for a member who proved who they are.
#[derive(Debug)]
pub(crate) struct OpenSession {
    pub(crate) user: UserId,
    pub(crate) session: NewSession,
}

/// Exchanges a refresh token for the next one.
#[derive(Debug)]
pub(crate) struct RotateSession {
    pub(crate) presented: TokenHash,
    pub(crate) next: TokenHash,
    pub(crate) expires_at: Millis,
    pub(crate) seen: Seen,
}

/// Logs out.
#[derive(Debug)]
pub(crate) struct EndSession {
    pub(crate) presented: TokenHash,
}

/// Binds a session to the device that opened its socket with it.
#[derive(Debug)]
pub(crate) struct BindSession {
    pub(crate) family: FamilyId,
    pub(crate) device: DeviceId,
}

pub(super) fn open(scope: &mut Scope<'_>, command: &OpenSession) -> Result<Outcome, Failure> {
    scope
        .db
        .prepare_cached(
            "DELETE FROM refresh_token WHERE family IN
                         (SELECT id FROM family WHERE user = ?1 AND expires_at < ?2)",
        )?
        .execute(params![
            Blob(&command.user),
            integer(command.session.seen.at)
        ])?;
    scope
        .db
        .prepare_cached("DELETE FROM family WHERE user = ?1 AND expires_at < ?2")?
        .execute(params![
            Blob(&command.user),
            integer(command.session.seen.at)
        ])?;
    store(scope, &command.user, None, &command.session)?;
    Ok(Outcome::Session {
        user: command.user,
        family: command.session.family,
    })
}

pub(super) fn store(
    scope: &Scope<'_>,
    user: &UserId,
    device: Option<&DeviceId>,
    session: &NewSession,
) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached(
            "INSERT INTO family (id, user, device, expires_at, opened_at, seen_at, network)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
        )?
        .execute(params![
            session.family,
            Blob(user),
            device.map(Blob),
            integer(session.expires_at),
            integer(session.seen.at),
            session.seen.network
        ])?;
    note_device(scope, &session.family)?;
    store_token(scope, &session.token, &session.family, session.expires_at)
}

fn store_token(
    scope: &Scope<'_>,
    token: &TokenHash,
    family: &FamilyId,
    expires_at: Millis,
) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached(
            "INSERT INTO refresh_token (hash, family, used_at, expires_at) VALUES (?1, ?2, NULL, ?3)",
        )?
        .execute(params![token, family, integer(expires_at)])?;
    Ok(())
}

pub(super) fn rotate(scope: &mut Scope<'_>, command: &RotateSession) -> Result<Outcome, Failure> {
    let now = command.seen.at;
    let Some((family, used_at, expires_at)) = token(scope, &command.presented)? else {
        return Ok(Outcome::NoSession);
    };
    if used_at.is_some_and(|at| now > at.saturating_add(LEEWAY)) {
        ending::end_family(scope, &family)?;
        return Ok(Outcome::SessionOver {
            family,
            misused: true,
        });
    }
    let user = user_of(scope, &family)?;
    let (Some(user), true) = (user, now <= expires_at) else {
        return Ok(Outcome::NoSession);
    };
    let community = scope.community()?;
    let lasts_until = match community.guest(&user) {
        Some(_) => match community.guest_terms(&user, now) {
            Some(terms) => command.expires_at.min(terms.until),
            None => return Ok(Outcome::NoSession),
        },
        None => command.expires_at,
    };
    scope
        .db
        .prepare_cached("UPDATE refresh_token SET used_at = coalesce(used_at, ?2) WHERE hash = ?1")?
        .execute(params![command.presented, integer(now)])?;
    if used_at.is_none() {
        // A page continues with one of several answers to one token: whoever presents another is a thief.
        scope
            .db
            .prepare_cached(
                "UPDATE refresh_token SET used_at = 0
                 WHERE family = ?1 AND used_at IS NULL AND hash <> ?2",
            )?
            .execute(params![family, command.presented])?;
    }
    // Used tokens are kept until they would have expired: afterwards they are refused anyway.
    scope
        .db
        .prepare_cached("DELETE FROM refresh_token WHERE family = ?1 AND expires_at < ?2")?
        .execute(params![family, integer(now)])?;
    scope
        .db
        .prepare_cached(
            "UPDATE family SET expires_at = ?2, seen_at = ?3, network = ?4 WHERE id = ?1",
        )?
        .execute(params![
            family,
            integer(lasts_until),
            integer(now),
            command.seen.network
        ])?;
    note_device(scope, &family)?;
    store_token(scope, &command.next, &family, lasts_until)?;
    Ok(Outcome::Session { user, family })
}

pub(super) fn end(scope: &mut Scope<'_>, command: &EndSession) -> Result<Outcome, Failure> {
    let Some((family, _, _)) = token(scope, &command.presented)? else {
        return Ok(Outcome::NoSession);
    };
    ending::end_family(scope, &family)?;
    Ok(Outcome::SessionOver {
        family,
        misused: false,
    })
}

pub(super) fn bind(scope: &mut Scope<'_>, command: &BindSession) -> Result<Outcome, Failure> {
    active(scope.community()?, &command.device)?;
    bind_to(scope, &command.family, &command.device)?;
    Ok(Outcome::Done)
}

/// From now on the session ends with the device.
pub(super) fn bind_to(
    scope: &Scope<'_>,
    family: &FamilyId,
    device: &DeviceId,
) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached("UPDATE family SET device = ?2 WHERE id = ?1")?
        .execute(params![family, Blob(device)])?;
    note_device(scope, family)
}

/// Keeps when and where a session's device was seen, beyond the session.
fn note_device(scope: &Scope<'_>, family: &FamilyId) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached(
            "INSERT INTO seen (device, user, at, network)
             SELECT device, user, seen_at, network FROM family
             WHERE id = ?1 AND device IS NOT NULL
             ON CONFLICT (device) DO UPDATE SET at = excluded.at, network = excluded.network",
        )?
        .execute([family])?;
    Ok(())
}

/// Whether a session exists.
pub(super) fn exists(scope: &Scope<'_>, family: &FamilyId) -> Result<bool, Failure> {
    let user = user_of(scope, family)?;
    Ok(user.is_some())
}

/// Whether a session exists (`Some`), and whether it is bound to this device.
pub(crate) fn is_live(
    db: &Connection,
    family: &FamilyId,
    device: &DeviceId,
) -> rusqlite::Result<Option<bool>> {
    db.prepare_cached("SELECT device IS ?2 FROM family WHERE id = ?1")?
        .query_row(params![family, Blob(device)], |row| row.get(0))
        .optional()
}

/// Whether a session exists (`Some`), and whether it is bound to any device.
pub(crate) fn has_device(db: &Connection, family: &FamilyId) -> rusqlite::Result<Option<bool>> {
    db.prepare_cached("SELECT device IS NOT NULL FROM family WHERE id = ?1")?
        .query_row([family], |row| row.get(0))
        .optional()
}

/// The device that a session is bound to, if it exists and is bound to one.
pub(crate) fn device_of(db: &Connection, family: &FamilyId) -> rusqlite::Result<Option<DeviceId>> {
    let device = db
        .prepare_cached("SELECT device FROM family WHERE id = ?1 AND device IS NOT NULL")?
        .query_row([family], |row| Ok(row.get::<_, Blob<DeviceId>>(0)?.0))
        .optional()?;
    Ok(device)
}

fn token(
    scope: &Scope<'_>,
    hash: &TokenHash,
) -> Result<Option<(FamilyId, Option<Millis>, Millis)>, Failure> {
    let found = scope
        .db
        .prepare_cached("SELECT family, used_at, expires_at FROM refresh_token WHERE hash = ?1")?
        .query_row([hash], |row| {
            let used_at: Option<i64> = row.get(1)?;
            Ok((row.get(0)?, used_at.map(number), number(row.get(2)?)))
        })
        .optional()?;
    Ok(found)
}

fn user_of(scope: &Scope<'_>, family: &FamilyId) -> Result<Option<UserId>, Failure> {
    let user = scope
        .db
        .prepare_cached("SELECT user FROM family WHERE id = ?1")?
        .query_row([family], |row| Ok(row.get::<_, Blob<UserId>>(0)?.0))
        .optional()?;
    Ok(user)
}
