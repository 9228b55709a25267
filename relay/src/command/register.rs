//! Registers a member: the founder, who creates the community, or somebody with an invite.

use parley_protocol::Millis;
use parley_protocol::auth::Wrap;
use parley_protocol::community::Community;
use parley_protocol::entry::{Action, Entry, EntryBody, MemberDetails};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::ids::UserId;
use parley_protocol::mail::Prekeys;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::scope::{Scope, active, present};
use super::{NewSession, Outcome, forget, person, prekeys, session, wraps};
use crate::refusal::{Failure, refused};
use crate::storage::credentials::Person;
use crate::storage::password_record::PasswordRecord;
use crate::storage::values::Blob;

/// A founder's entries: the genesis, some channels and roles.
const MAX_FOUNDING_ENTRIES: usize = 50;
const SETUP_TOKEN: &str = "setup token";

#[derive(Debug)]
pub(crate) struct Register {
    pub(crate) setup_token: Option<String>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) password: Option<PasswordRecord>,
    /// SHA-256 of the recovery secret.
    pub(crate) recovery: Option<[u8; 32]>,
    /// Whom the member is at an identity provider.
    pub(crate) person: Option<Person>,
    pub(crate) prekeys: Prekeys,
    pub(crate) wraps: Vec<Wrap>,
    pub(crate) session: NewSession,
}

impl Register {
    fn is_guest(&self) -> bool {
        let has_secret = self.password.is_some() || self.recovery.is_some();
        !has_secret && self.person.is_none() && self.wraps.is_empty()
    }
}

/// The parts of a registration that decide whether it is allowed.
pub(crate) struct Applicant<'a> {
    pub(crate) setup_token: Option<&'a str>,
    pub(crate) entries: &'a [Entry],
    pub(crate) wraps: &'a [Wrap],
    /// They bring nothing by which they could sign in again.
    pub(crate) is_guest: bool,
}

pub(super) fn apply(scope: &mut Scope<'_>, command: &Register) -> Result<Outcome, Failure> {
    let applicant = Applicant {
        setup_token: command.setup_token.as_deref(),
        entries: &command.entries,
        wraps: &command.wraps,
        is_guest: command.is_guest(),
    };
    let expected = setup_token(scope.db)?;
    let body = check(
        scope.log.working(),
        expected.as_deref(),
        &applicant,
        command.session.seen.at,
    )?;
    let member = newcomer(&body.action).ok_or(ErrorCode::NotPermitted)?;
    prekeys::check(
        &body.community,
        &member.device.id,
        &member.device.ed25519,
        &command.prekeys,
    )?;
    // Whoever comes back with new keys has nothing left of what was kept under the old ones.
    if community_has(scope, &member.user) {
        forget::member(scope, &member.user)?;
        person::unbind(scope, &member.user)?;
    }
    let (first, others) = command.entries.split_first().ok_or(ErrorCode::Malformed)?;
    let (seq, _) = scope.append(first)?;
    for entry in others {
        let (_, body) = scope.append(entry)?;
        if entry.author != member.device.id || newcomer(&body.action).is_some() {
            return Err(ErrorCode::NotPermitted.into());
        }
    }
    if command.setup_token.is_some() {
        forget_setup_token(scope.db)?;
    }
    store(scope, command, member)?;
    Ok(Outcome::Appended {
        first: seq,
        entries: command.entries.clone(),
        fresh: true,
    })
}

fn community_has(scope: &Scope<'_>, user: &UserId) -> bool {
    let community = scope.log.working();
    community.is_some_and(|community| community.members().contains_key(user))
}

/// Whether a registration is allowed, as far as its first entry tells, which is returned. Checked before the slow
/// work on the password, so that strangers cost little, and again when it is applied.
pub(crate) fn check(
    community: Option<&Community>,
    expected_token: Option<&str>,
    applicant: &Applicant<'_>,
    at: Millis,
) -> Result<EntryBody, ApiError> {
    if applicant.entries.len() > MAX_FOUNDING_ENTRIES {
        return Err(refused(ErrorCode::TooLarge));
    }
    wraps::check(applicant.wraps).map_err(refused)?;
    let (first, others) = applicant
        .entries
        .split_first()
        .ok_or_else(|| refused(ErrorCode::Malformed))?;
    match (applicant.setup_token, community) {
        (Some(_), Some(_)) => Err(refused(ErrorCode::AlreadySetUp)),
        (None, None) => Err(refused(ErrorCode::NotSetUp)),
        (Some(token), None) => {
            if expected_token != Some(token) || applicant.is_guest {
                return Err(refused(ErrorCode::WrongSetupToken));
            }
            Community::found(first)?;
            first
                .parse_body()
                .map_err(|_| refused(ErrorCode::Malformed))
        }
        (None, Some(_)) if !others.is_empty() => Err(refused(ErrorCode::NotPermitted)),
        (None, Some(community)) => {
            let body = community.check(first)?;
            let Action::MemberJoined { invite, .. } = &body.action else {
                return Err(refused(ErrorCode::NotPermitted));
            };
            // The relay's own clock decides, too, whether the invite has expired.
            let invite = community.check_invite(invite, at)?;
            if invite.guest.is_some() != applicant.is_guest {
                return Err(refused(ErrorCode::NotPermitted));
            }
            Ok(body)
        }
    }
}

/// The member that an action adds.
pub(crate) fn newcomer(action: &Action) -> Option<&MemberDetails> {
    match action {
        Action::CommunityCreated { owner, .. } => Some(owner),
        Action::MemberJoined { member, .. } => Some(member),
        Action::InviteMade { .. }
        | Action::InviteRevoked { .. }
        | Action::MemberRemoved { .. }
        | Action::DeviceAdded { .. }
        | Action::DeviceRevoked { .. }
        | Action::VaultKeySet { .. }
        | Action::VaultNoted { .. }
        | Action::MemberRenamed { .. }
        | Action::RoleDefined { .. }
        | Action::RoleGiven { .. }
        | Action::RoleTaken { .. }
        | Action::ChannelCreated { .. }
        | Action::ChannelChanged { .. }
        | Action::ChannelArchived { .. }
        | Action::CallsOrdered { .. } => None,
    }
}

fn store(scope: &mut Scope<'_>, command: &Register, member: &MemberDetails) -> Result<(), Failure> {
    let at = command.session.seen.at;
    if let Some(terms) = scope.community()?.guest_terms(&member.user, at) {
        let device = present(scope.community()?, &member.device.id, at)?;
        prekeys::store(scope, device, &command.prekeys)?;
        let session = command.session.until(terms.until);
        return session::store(scope, &member.user, Some(&member.device.id), &session);
    }
    let password = command.password.as_ref();
    scope
        .db
        .prepare_cached(
            "INSERT INTO account (user, salt, hash, memory, passes, recovery)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            Blob(&member.user),
            password.map(|password| password.salt),
            password.map(|password| password.hash),
            password.map(|password| password.memory_kib),
            password.map(|password| password.passes),
            command.recovery
        ])?;
    if let Some(person) = &command.person {
        person::bind(scope, person, &member.user)?;
    }
    wraps::put(scope, &member.user, &command.wraps)?;
    let community = scope.community()?;
    let device = active(community, &member.device.id)?;
    prekeys::store(scope, device, &command.prekeys)?;
    session::store(
        scope,
        &member.user,
        Some(&member.device.id),
        &command.session,
    )?;
    Ok(())
}

/// The token of the setup link, while it is unused.
pub(crate) fn setup_token(db: &Connection) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?
        .query_row([SETUP_TOKEN], |row| row.get(0))
        .optional()
}

/// The setup link works once.
fn forget_setup_token(db: &Connection) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM setting WHERE name = ?1")?
        .execute([SETUP_TOKEN])?;
    Ok(())
}
