//! A founder creates the community, or somebody comes in by an invite.

use parley_protocol::Millis;
use parley_protocol::entry::{Action, Entry, EntryBody, MemberDetails};
use parley_protocol::error::ErrorCode;
use parley_protocol::limits::MAX_VAULT_BYTES;
use parley_protocol::mail::Prekeys;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::scope::{Scope, active};
use super::{NewSession, Outcome, prekeys, session};
use crate::auth::password::PasswordRecord;
use crate::refusal::Failure;
use crate::storage::values::Blob;

/// A founder's first entries are few: the genesis, some channels and roles.
const MAX_FOUNDING_ENTRIES: usize = 50;
const SETUP_TOKEN: &str = "setup token";

/// Somebody registers.
#[derive(Debug)]
pub(crate) struct Register {
    pub(crate) setup_token: Option<String>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) password: PasswordRecord,
    pub(crate) prekeys: Prekeys,
    pub(crate) vault: String,
    pub(crate) session: NewSession,
    pub(crate) at: Millis,
}

pub(super) fn apply(scope: &mut Scope<'_>, command: &Register) -> Result<Outcome, Failure> {
    if command.vault.len() > MAX_VAULT_BYTES || command.entries.len() > MAX_FOUNDING_ENTRIES {
        return Err(ErrorCode::TooLarge.into());
    }
    let Some((first, others)) = command.entries.split_first() else {
        return Err(ErrorCode::Malformed.into());
    };
    if command.setup_token.is_some() {
        check_setup(scope, command)?;
    } else if scope.community.is_none() {
        return Err(ErrorCode::NotSetUp.into());
    } else if !others.is_empty() {
        return Err(ErrorCode::NotPermitted.into());
    }
    let (seq, body) = scope.append(first)?;
    let member = newcomer(scope, command, &body)?;
    for entry in others {
        let (_, body) = scope.append(entry)?;
        if entry.author != member.device.id || newcomer(scope, command, &body).is_ok() {
            return Err(ErrorCode::NotPermitted.into());
        }
    }
    store(scope, command, member)?;
    Ok(Outcome::Appended {
        first: seq,
        entries: command.entries.clone(),
        fresh: true,
    })
}

fn check_setup(scope: &Scope<'_>, command: &Register) -> Result<(), Failure> {
    if scope.community.is_some() {
        return Err(ErrorCode::AlreadySetUp.into());
    }
    let expected = setup_token(scope.db)?;
    if expected.is_none() || expected != command.setup_token {
        return Err(ErrorCode::WrongSetupToken.into());
    }
    forget_setup_token(scope.db)?;
    Ok(())
}

/// Who comes in by an entry. The relay's own clock decides, too, whether the invite is over.
fn newcomer<'a>(
    scope: &Scope<'_>,
    command: &Register,
    body: &'a EntryBody,
) -> Result<&'a MemberDetails, Failure> {
    match &body.action {
        Action::CommunityCreated { owner, .. } if command.setup_token.is_some() => Ok(owner),
        Action::MemberJoined { invite, member, .. } => {
            let community = scope.community()?;
            let ended = community
                .invites()
                .get(invite)
                .and_then(|invite| invite.expires_at)
                .is_some_and(|end| command.at > end);
            if ended {
                return Err(parley_protocol::community::Rejection::InviteExpired.into());
            }
            Ok(member)
        }
        Action::CommunityCreated { .. }
        | Action::InviteMade { .. }
        | Action::InviteRevoked { .. }
        | Action::MemberRemoved { .. }
        | Action::DeviceAdded { .. }
        | Action::DeviceRevoked { .. }
        | Action::RoleDefined { .. }
        | Action::RoleGiven { .. }
        | Action::RoleTaken { .. }
        | Action::ChannelCreated { .. }
        | Action::ChannelChanged { .. }
        | Action::ChannelArchived { .. } => Err(ErrorCode::NotPermitted.into()),
    }
}

fn store(scope: &mut Scope<'_>, command: &Register, member: &MemberDetails) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached(
            "INSERT INTO account (user, salt, hash, memory, passes, vault)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            Blob(&member.user),
            command.password.salt,
            command.password.hash,
            command.password.memory_kib,
            command.password.passes,
            command.vault
        ])?;
    let community = scope.community()?;
    let device = active(&community, &member.device.id)?;
    prekeys::store(scope, &member.device.id, device, &command.prekeys)?;
    session::store(
        scope,
        &member.user,
        Some(&member.device.id),
        &command.session,
    )?;
    Ok(())
}

/// The token of the set-up link, while nobody has used it.
pub(crate) fn setup_token(db: &Connection) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?
        .query_row([SETUP_TOKEN], |row| row.get(0))
        .optional()
}

/// The set-up link works once.
fn forget_setup_token(db: &Connection) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM setting WHERE name = ?1")?
        .execute([SETUP_TOKEN])?;
    Ok(())
}
