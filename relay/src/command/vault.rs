//! Segments of the members' vaults: each device appends to its own chain, and drops those of its member's other
//! devices once its own holds what is in them. What is inside is the clients' matter.

mod store;

use parley_protocol::community::Community;
use parley_protocol::entry::VaultChain;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use parley_protocol::limits::{MAX_SEGMENT_CHARS, MAX_VAULT_CHAINS_PER_NOTE};
use parley_protocol::vault::Segment;

use self::store::{Link, Vault};
use super::scope::{Scope, active, is_as_long_in_a_frame, vault_stream};
use super::{Asked, Outcome};
use crate::refusal::Failure;
use crate::storage::values::integer;

/// Appends a segment to the device's chain.
#[derive(Debug)]
pub(crate) struct AppendVault {
    pub(crate) asked: Asked,
    pub(crate) segment: Segment,
}

/// Drops the beginnings of chains of the member's other devices.
#[derive(Debug)]
pub(crate) struct CompactVault {
    pub(crate) asked: Asked,
    pub(crate) chains: Vec<VaultChain>,
}

pub(super) fn append(scope: &mut Scope<'_>, command: &AppendVault) -> Result<Outcome, Failure> {
    let AppendVault { asked, segment } = command;
    check(segment)?;
    let community = scope.community()?;
    let device = active(community, &asked.by)?;
    segment
        .verify(&community.id(), &asked.by, &device.ed25519)
        .map_err(|_| ErrorCode::BadSignature)?;
    let vault = of_member(scope, community, command.asked)?;
    let hash = segment.hash(&community.id(), &asked.by);
    let newest = vault.chain(&asked.by)?.map(|chain| chain.newest);
    let last = newest.map_or(0, |newest| newest.counter);
    if segment.counter <= last {
        let known = match newest {
            Some(newest) if newest.counter == segment.counter => Some(newest),
            _ => vault.link(&asked.by, segment.counter)?,
        };
        return match known.filter(|known| known.hash == hash) {
            Some(known) => Ok(appended(known)),
            None => Err(ErrorCode::VaultConflict { last }.into()),
        };
    }
    let before = newest.map_or(Segment::NONE_BEFORE, |newest| newest.hash);
    let link = Link {
        counter: segment.counter,
        hash,
        follows: last.checked_add(1) == Some(segment.counter) && segment.previous == before,
    };
    vault.put(&asked.by, segment, &link)?;
    Ok(appended(link))
}

pub(super) fn compact(scope: &mut Scope<'_>, command: &CompactVault) -> Result<Outcome, Failure> {
    let CompactVault { asked, chains } = command;
    if chains.len() > MAX_VAULT_CHAINS_PER_NOTE {
        return Err(ErrorCode::TooLarge.into());
    }
    let community = scope.community()?;
    let user = active(community, &asked.by)?.user;
    let vault = of_member(scope, community, *asked)?;
    for chain in chains {
        let device = community
            .devices()
            .get(&chain.device)
            .ok_or(ErrorCode::UnknownDevice)?;
        if device.user != user || chain.device == asked.by {
            return Err(ErrorCode::NotPermitted.into());
        }
        drop_chain(&vault, chain)?;
    }
    Ok(Outcome::Done)
}

/// Deletes a member's whole vault.
pub(super) fn forget(scope: &Scope<'_>, user: &UserId) -> Result<(), Failure> {
    match scope.community()?.members().get(user) {
        Some(member) => Vault::of(scope.db, vault_stream(member)).forget(),
        None => Ok(()),
    }
}

/// Only whoever knows the hash of a segment has read it.
fn drop_chain(vault: &Vault<'_>, chain: &VaultChain) -> Result<(), Failure> {
    let Some(known) = vault.chain(&chain.device)? else {
        return Err(ErrorCode::VaultConflict { last: 0 }.into());
    };
    if (1..=known.dropped).contains(&chain.counter) {
        return Ok(());
    }
    let end = if known.newest.counter == chain.counter {
        Some(known.newest)
    } else {
        vault.link(&chain.device, chain.counter)?
    };
    if end.is_none_or(|end| end.hash != chain.hash) {
        let last = known.newest.counter;
        return Err(ErrorCode::VaultConflict { last }.into());
    }
    vault.drop_through(&chain.device, chain.counter)
}

fn of_member<'a>(
    scope: &Scope<'a>,
    community: &Community,
    asked: Asked,
) -> Result<Vault<'a>, ErrorCode> {
    let device = active(community, &asked.by)?;
    let member = community
        .active_member(&device.user)
        .ok_or(ErrorCode::UnknownDevice)?;
    Ok(Vault::of(scope.db, vault_stream(member)))
}

fn check(segment: &Segment) -> Result<(), ErrorCode> {
    if segment.sealed.len() > MAX_SEGMENT_CHARS {
        return Err(ErrorCode::TooLarge);
    }
    let is_number =
        segment.counter > 0 && u64::try_from(integer(segment.counter)) == Ok(segment.counter);
    if is_number && is_as_long_in_a_frame(&segment.sealed) {
        Ok(())
    } else {
        Err(ErrorCode::Malformed)
    }
}

fn appended(link: Link) -> Outcome {
    Outcome::VaultAppended {
        follows: link.follows,
    }
}
