//! Members, as the relay knows them: who is in the log, when they were last seen, how much they store.

use parley_protocol::Millis;
use parley_protocol::admin::{MemberRow, MembersPage, PAGE_ROWS, day_of};
use parley_protocol::community::{Community, Member};
use parley_protocol::entry::EntryBody;
use parley_protocol::ids::UserId;
use parley_protocol::json;
use parley_protocol::names;
use rusqlite::{Connection, OptionalExtension as _, Result, params};
use serde::Deserialize;

use crate::command::{device_stream, vault_stream};
use crate::storage::blobs;
use crate::storage::values::{Blob, StreamId, integer, number};

/// Which members to list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Query {
    /// Only those who joined by a later entry of the log.
    pub(crate) after: u64,
    /// Only those whose name has this in it, without regard to case.
    pub(crate) find: String,
}

/// What the log says of one member on a page.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    row: MemberRow,
    devices: Vec<StreamId>,
    vault: StreamId,
}

/// The part of a page that the log has; quick, and without the disk.
pub(crate) fn of_log(community: &Community, query: &Query) -> (Vec<Listed>, Option<u64>, u64) {
    let wanted = names::fold(&query.find);
    let mut found: Vec<(&UserId, &Member)> = community
        .members()
        .iter()
        .filter(|(_, member)| member.is_active() && is_wanted(member, &wanted))
        .collect();
    let total = count(found.len());
    found.retain(|(_, member)| member.joined_at > query.after);
    found.sort_unstable_by_key(|(_, member)| member.joined_at);
    let is_last = found.len() <= PAGE_ROWS;
    found.truncate(PAGE_ROWS);
    let next = found.last().map(|(_, member)| member.joined_at);
    let listed = found
        .into_iter()
        .map(|(user, member)| listed(community, *user, member))
        .collect();
    (listed, next.filter(|_| !is_last), total)
}

fn is_wanted(member: &Member, wanted: &str) -> bool {
    wanted.is_empty()
        || names::fold(member.display_name()).contains(wanted)
        || names::fold(&member.name).contains(wanted)
}

fn listed(community: &Community, user: UserId, member: &Member) -> Listed {
    let devices: Vec<StreamId> = community
        .devices_of(&user)
        .map(|(_, device)| device_stream(device))
        .collect();
    let roles = member
        .roles
        .iter()
        .filter_map(|role| community.roles().get(&role))
        .map(|role| role.name.clone());
    Listed {
        row: MemberRow {
            user,
            name: member.display_name().to_owned(),
            is_owner: user == community.owner(),
            roles: roles.collect(),
            entry: member.joined_at,
            joined_at: None,
            seen_on: None,
            devices: u32::try_from(devices.len()).unwrap_or(u32::MAX),
            sessions: 0,
            file_bytes: 0,
            vault_bytes: 0,
            mailbox_bytes: 0,
        },
        devices,
        vault: vault_stream(member),
    }
}

/// Fills in what the database knows, and makes the page.
pub(crate) fn page(
    db: &Connection,
    (listed, next, total): (Vec<Listed>, Option<u64>, u64),
    now: Millis,
) -> Result<MembersPage> {
    let members = listed
        .into_iter()
        .map(|listed| complete(db, listed, now))
        .collect::<Result<_>>()?;
    Ok(MembersPage {
        members,
        next,
        total,
    })
}

fn complete(db: &Connection, listed: Listed, now: Millis) -> Result<MemberRow> {
    let Listed {
        row,
        devices,
        vault,
    } = listed;
    let user = row.user;
    let (sessions, seen_in_session) = db
        .prepare_cached(
            "SELECT count(*), max(seen_at) FROM family WHERE user = ?1 AND expires_at >= ?2",
        )?
        .query_row(params![Blob(&user), integer(now)], |row| {
            Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?))
        })?;
    let seen: Option<i64> = db
        .prepare_cached("SELECT max(at) FROM seen WHERE user = ?1")?
        .query_row([Blob(&user)], |row| row.get(0))?;
    Ok(MemberRow {
        joined_at: time_of(db, row.entry)?,
        seen_on: seen.max(seen_in_session).map(number).map(day_of),
        sessions,
        file_bytes: blobs::used(db, &user)?,
        vault_bytes: vault_bytes(db, vault)?,
        mailbox_bytes: mailbox_bytes(db, &devices)?,
        ..row
    })
}

/// When an entry was written, by its author's clock.
fn time_of(db: &Connection, seq: u64) -> Result<Option<Millis>> {
    let body: Option<String> = db
        .prepare_cached("SELECT body FROM log WHERE seq = ?1")?
        .query_row([integer(seq)], |row| row.get(0))
        .optional()?;
    Ok(body
        .and_then(|body| json::read::<EntryBody>(&body).ok())
        .map(|body| body.at))
}

fn vault_bytes(db: &Connection, vault: StreamId) -> Result<u64> {
    let bytes: Option<i64> = db
        .prepare_cached("SELECT bytes FROM vault WHERE member = ?1")?
        .query_row([integer(vault.0)], |row| row.get(0))
        .optional()?;
    Ok(bytes.map_or(0, number))
}

fn mailbox_bytes(db: &Connection, devices: &[StreamId]) -> Result<u64> {
    let mut statement = db.prepare_cached("SELECT bytes FROM mailbox WHERE device = ?1")?;
    let mut all = 0_u64;
    for device in devices {
        let bytes: Option<i64> = statement
            .query_row([integer(device.0)], |row| row.get(0))
            .optional()?;
        all = all.saturating_add(bytes.map_or(0, number));
    }
    Ok(all)
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
