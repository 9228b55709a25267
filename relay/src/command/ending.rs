//! Ends sessions: those of a member, of a device, or all but the one that asks; and, by whoever runs the community, those
//! of somebody else.

use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{DeviceId, UserId};
use rusqlite::params;

use super::asked_by::AskedBy;
use super::scope::Scope;
use super::{FamilyId, Outcome};
use crate::refusal::Failure;
use crate::storage::values::Blob;

/// Ends the member's sessions at a device, or those without one.
#[derive(Debug)]
pub(crate) struct EndSessions {
    pub(crate) by: AskedBy,
    pub(crate) device: Option<DeviceId>,
}

pub(super) fn end_sessions(
    scope: &mut Scope<'_>,
    command: &EndSessions,
) -> Result<Outcome, Failure> {
    let AskedBy { user, family } = &command.by;
    command.by.check(scope)?;
    let families = match &command.device {
        Some(device) => {
            let mine = scope.community()?.devices().get(device);
            if mine.is_none_or(|device| device.user != *user) {
                return Err(ErrorCode::UnknownDevice.into());
            }
            select(
                scope,
                "SELECT id FROM family WHERE user = ?1 AND device = ?2",
                params![Blob(user), Blob(device)],
            )?
        }
        None => select(
            scope,
            "SELECT id FROM family WHERE user = ?1 AND device IS NULL AND id <> ?2",
            params![Blob(user), family],
        )?,
    };
    end_all(scope, families)
}

/// Ends the sessions of a member at a device, or those without one, because somebody else wants it.
#[derive(Debug)]
pub(crate) struct EndMemberSessions {
    /// `None`: the operator, at the machine itself.
    pub(crate) by: Option<AskedBy>,
    pub(crate) user: UserId,
    pub(crate) device: Option<DeviceId>,
}

pub(super) fn end_member_sessions(
    scope: &mut Scope<'_>,
    command: &EndMemberSessions,
) -> Result<Outcome, Failure> {
    let EndMemberSessions { by, user, device } = command;
    if let Some(by) = by {
        by.check(scope)?;
        let community = scope.community()?;
        if !community.may_administer(&by.user) || !community.may_sign_out(&by.user, user) {
            return Err(ErrorCode::NotPermitted.into());
        }
    }
    let own = by.filter(|by| by.user == *user).map(|by| by.family);
    let families = match device {
        Some(device) => select(
            scope,
            "SELECT id FROM family WHERE user = ?1 AND device = ?2",
            params![Blob(user), Blob(device)],
        )?,
        // The session that asks stays: it may be one that has no device yet.
        None => select(
            scope,
            "SELECT id FROM family WHERE user = ?1 AND device IS NULL AND id IS NOT ?2",
            params![Blob(user), own],
        )?,
    };
    end_all(scope, families)
}

/// Ends all sessions of a member but one, and names them.
pub(super) fn end_others(
    scope: &Scope<'_>,
    user: &UserId,
    family: &FamilyId,
) -> Result<Outcome, Failure> {
    let families = select(
        scope,
        "SELECT id FROM family WHERE user = ?1 AND id <> ?2",
        params![Blob(user), family],
    )?;
    end_all(scope, families)
}

fn end_all(scope: &Scope<'_>, families: Vec<FamilyId>) -> Result<Outcome, Failure> {
    for family in &families {
        end_family(scope, family)?;
    }
    Ok(Outcome::SessionsOver { families })
}

fn select(
    scope: &Scope<'_>,
    query: &'static str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<FamilyId>, Failure> {
    let mut statement = scope.db.prepare_cached(query)?;
    let rows = statement.query_map(values, |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn end_of_user(scope: &Scope<'_>, user: &UserId) -> Result<(), Failure> {
    end_families(scope, "user", user.as_bytes())
}

pub(super) fn end_of_device(scope: &Scope<'_>, device: &DeviceId) -> Result<(), Failure> {
    end_families(scope, "device", device.as_bytes())
}

pub(super) fn end_family(scope: &Scope<'_>, family: &FamilyId) -> Result<(), Failure> {
    end_families(scope, "id", family)
}

fn end_families(scope: &Scope<'_>, column: &'static str, value: &[u8]) -> Result<(), Failure> {
    let tokens = format!(
        "DELETE FROM refresh_token WHERE family IN (SELECT id FROM family WHERE {column} = ?1)"
    );
    scope.db.prepare_cached(&tokens)?.execute([value])?;
    let families = format!("DELETE FROM family WHERE {column} = ?1");
    scope.db.prepare_cached(&families)?.execute([value])?;
    Ok(())
}
