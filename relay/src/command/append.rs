//! Appends entries to the community log, and adds devices of members who have just logged in.
//!
//! An entry's own time is not compared with the relay's clock: a wrong clock must not lock anybody out. Only the
//! expiry of an invite is checked against both.

use parley_protocol::auth::Wrap;
use parley_protocol::entry::{Action, Entry};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use parley_protocol::mail::Prekeys;

use super::scope::{Scope, active};
use super::{Asked, FamilyId, Outcome, forget, prekeys, session, wraps};
use crate::refusal::Failure;
use crate::storage::read;

/// Appends an entry that a device has signed.
#[derive(Debug)]
pub(crate) struct Append {
    pub(crate) asked: Asked,
    pub(crate) entry: Entry,
}

/// Adds the device of a member who has just logged in.
#[derive(Debug)]
pub(crate) struct AddDevice {
    pub(crate) user: UserId,
    pub(crate) family: FamilyId,
    pub(crate) entry: Entry,
    pub(crate) prekeys: Prekeys,
    pub(crate) wraps: Vec<Wrap>,
}

pub(super) fn apply(scope: &mut Scope<'_>, command: &Append) -> Result<Outcome, Failure> {
    if let Some(seq) = standing(scope, &command.entry)? {
        return Ok(appended(seq, &command.entry, false));
    }
    active(scope.community()?, &command.asked.by)?;
    if command.entry.author != command.asked.by || brings_its_author(&command.entry) {
        return Err(ErrorCode::NotPermitted.into());
    }
    let (seq, body) = scope.append(&command.entry)?;
    match &body.action {
        Action::MemberRemoved { user } => forget::member(scope, user)?,
        Action::DeviceRevoked { device } => forget::device(scope, device)?,
        Action::CommunityCreated { .. }
        | Action::MemberJoined { .. }
        | Action::DeviceAdded { .. }
        | Action::InviteMade { .. }
        | Action::InviteRevoked { .. }
        | Action::VaultKeySet { .. }
        | Action::VaultNoted { .. }
        | Action::MemberRenamed { .. }
        | Action::RoleDefined { .. }
        | Action::RoleGiven { .. }
        | Action::RoleTaken { .. }
        | Action::ChannelCreated { .. }
        | Action::ChannelChanged { .. }
        | Action::ChannelArchived { .. }
        | Action::CallsOrdered { .. } => {}
    }
    Ok(appended(seq, &command.entry, true))
}

pub(super) fn add_device(scope: &mut Scope<'_>, command: &AddDevice) -> Result<Outcome, Failure> {
    if !session::exists(scope, &command.family)? {
        return Err(ErrorCode::SessionEnded.into());
    }
    wraps::check(&command.wraps)?;
    let fresh = standing(scope, &command.entry)?;
    let body = command
        .entry
        .parse_body()
        .map_err(|_| ErrorCode::Malformed)?;
    let Action::DeviceAdded { user, device, .. } = &body.action else {
        return Err(ErrorCode::NotPermitted.into());
    };
    if *user != command.user {
        return Err(ErrorCode::NotPermitted.into());
    }
    prekeys::check(
        &body.community,
        &device.id,
        &device.ed25519,
        &command.prekeys,
    )?;
    let seq = if let Some(seq) = fresh {
        // Whoever repeats an entry, which every member can read, replaces nothing.
        seq
    } else {
        wraps::replace(scope, user, &command.wraps)?;
        scope.append(&command.entry)?.0
    };
    let community = scope.community()?;
    let added = active(community, &device.id)?;
    prekeys::store(scope, added, &command.prekeys)?;
    session::bind_to(scope, &command.family, &device.id)?;
    Ok(appended(seq, &command.entry, fresh.is_none()))
}

/// New members and devices are added by requests of their own, which bring more than the entry.
fn brings_its_author(entry: &Entry) -> bool {
    let body = entry.parse_body();
    body.is_ok_and(|body| {
        matches!(
            body.action,
            Action::MemberJoined { .. } | Action::DeviceAdded { .. }
        )
    })
}

/// The sequence number of exactly this entry, if it is in the log.
pub(super) fn standing(scope: &Scope<'_>, entry: &Entry) -> Result<Option<u64>, Failure> {
    let Ok(body) = entry.parse_body() else {
        return Ok(None);
    };
    let found = read::entry_by_id(scope.db, body.id.as_bytes())?;
    Ok(found
        .filter(|(_, known)| known == entry)
        .map(|(seq, _)| seq))
}

fn appended(seq: u64, entry: &Entry, fresh: bool) -> Outcome {
    Outcome::Appended {
        first: seq,
        entries: vec![entry.clone()],
        fresh,
    }
}
