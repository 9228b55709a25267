//! One-time and fallback keys: published by their device, each one-time key claimed once.

use std::collections::HashSet;

use parley_protocol::community::Device;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{CommunityId, DeviceId};
use parley_protocol::keys::Ed25519PublicKey;
use parley_protocol::limits::{MAX_MAIL_RECIPIENTS, MAX_ONE_TIME_KEYS};
use parley_protocol::mail::{ClaimedPrekey, Prekeys, SignedPrekey};
use parley_protocol::signing;
use rusqlite::{OptionalExtension as _, params};

use super::scope::{Scope, active, device_stream, present};
use super::{Asked, KeysLeft, Outcome};
use crate::refusal::Failure;
use crate::storage::read;
use crate::storage::values::{Blob, StreamId, integer};

/// Claimed keys remembered per device, so that publishing one again never hands it out twice.
const REMEMBERED_KEYS: i64 = 500;

/// Publishes a device's keys.
#[derive(Debug)]
pub(crate) struct PublishPrekeys {
    pub(crate) asked: Asked,
    pub(crate) prekeys: Prekeys,
}

/// Claims keys of other devices.
#[derive(Debug)]
pub(crate) struct ClaimPrekeys {
    pub(crate) asked: Asked,
    /// Each device once, and whether a one-time key may be claimed from it.
    pub(crate) devices: Vec<(DeviceId, bool)>,
}

pub(super) fn publish(scope: &mut Scope<'_>, command: &PublishPrekeys) -> Result<Outcome, Failure> {
    let community = scope.community()?;
    let device = active(community, &command.asked.by)?;
    check(
        &community.id(),
        &command.asked.by,
        &device.ed25519,
        &command.prekeys,
    )?;
    store(scope, device, &command.prekeys)?;
    Ok(Outcome::Done)
}

/// Verifies the signatures of keys, and their number.
pub(super) fn check(
    community: &CommunityId,
    id: &DeviceId,
    key: &Ed25519PublicKey,
    prekeys: &Prekeys,
) -> Result<(), ErrorCode> {
    if prekeys.one_time.len() > MAX_ONE_TIME_KEYS {
        return Err(ErrorCode::TooLarge);
    }
    for (prekey, fallback) in prekeys
        .one_time
        .iter()
        .map(|prekey| (prekey, false))
        .chain(prekeys.fallback.iter().map(|prekey| (prekey, true)))
    {
        let message = signing::prekey(community, id, &prekey.key, fallback);
        key.verify(&message, &prekey.signature)
            .map_err(|_| ErrorCode::BadSignature)?;
    }
    Ok(())
}

/// Stores verified keys. Beyond the maximum the newest are kept.
pub(super) fn store(scope: &Scope<'_>, device: &Device, prekeys: &Prekeys) -> Result<(), Failure> {
    let stream = integer(device_stream(device).0);
    let mut insert = scope.db.prepare_cached(
        "INSERT OR IGNORE INTO one_time_key (device, key, signature) VALUES (?1, ?2, ?3)",
    )?;
    for prekey in &prekeys.one_time {
        insert.execute(params![stream, Blob(&prekey.key), Blob(&prekey.signature)])?;
    }
    trim(scope, stream)?;
    if let Some(fallback) = &prekeys.fallback {
        scope
            .db
            .prepare_cached(
                "INSERT INTO fallback_key (device, key, signature, used) VALUES (?1, ?2, ?3, 0)
                 ON CONFLICT (device) DO UPDATE SET used = used AND key = excluded.key,
                 key = excluded.key, signature = excluded.signature",
            )?
            .execute(params![
                stream,
                Blob(&fallback.key),
                Blob(&fallback.signature)
            ])?;
    }
    Ok(())
}

fn trim(scope: &Scope<'_>, stream: i64) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached(
            "DELETE FROM one_time_key WHERE device = ?1 AND signature IS NOT NULL AND number <= (
               SELECT number FROM one_time_key WHERE device = ?1 AND signature IS NOT NULL
               ORDER BY number DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute([stream, i64::try_from(MAX_ONE_TIME_KEYS).unwrap_or(i64::MAX)])?;
    scope
        .db
        .prepare_cached(
            "DELETE FROM one_time_key WHERE device = ?1 AND signature IS NULL AND number <= (
               SELECT number FROM one_time_key WHERE device = ?1 AND signature IS NULL
               ORDER BY number DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute([stream, REMEMBERED_KEYS])?;
    Ok(())
}

pub(super) fn claim(scope: &mut Scope<'_>, command: &ClaimPrekeys) -> Result<Outcome, Failure> {
    if command.devices.len() > MAX_MAIL_RECIPIENTS {
        return Err(ErrorCode::TooLarge.into());
    }
    let each_once: HashSet<_> = command.devices.iter().map(|(device, _)| device).collect();
    if each_once.len() < command.devices.len() {
        return Err(ErrorCode::Malformed.into());
    }
    let community = scope.community()?;
    let now = command.asked.at;
    present(community, &command.asked.by, now)?;
    let mut prekeys = Vec::with_capacity(command.devices.len());
    let mut left = Vec::with_capacity(command.devices.len());
    for (id, one_time) in &command.devices {
        let Some(device) = community.present_device(id, now) else {
            continue;
        };
        let stream = device_stream(device);
        let Some((prekey, fallback)) = take(scope, stream, *one_time)? else {
            continue;
        };
        prekeys.push(ClaimedPrekey {
            device: *id,
            prekey,
            fallback,
        });
        let (one_time, fresh_fallback) = read::prekeys_left(scope.db, stream)?;
        left.push(KeysLeft {
            device: *id,
            one_time,
            fresh_fallback,
        });
    }
    Ok(Outcome::Claimed { prekeys, left })
}

/// Claims the oldest one-time key, or the fallback key if there is none.
fn take(
    scope: &Scope<'_>,
    device: StreamId,
    one_time: bool,
) -> Result<Option<(SignedPrekey, bool)>, Failure> {
    let device = integer(device.0);
    if one_time && let Some(prekey) = take_one_time(scope, device)? {
        return Ok(Some((prekey, false)));
    }
    let fallback = scope
        .db
        .prepare_cached(
            "UPDATE fallback_key SET used = 1 WHERE device = ?1 RETURNING key, signature",
        )?
        .query_row([device], |row| {
            Ok(SignedPrekey {
                key: row.get::<_, Blob<_>>(0)?.0,
                signature: row.get::<_, Blob<_>>(1)?.0,
            })
        })
        .optional()?;
    Ok(fallback.map(|prekey| (prekey, true)))
}

fn take_one_time(scope: &Scope<'_>, device: i64) -> Result<Option<SignedPrekey>, Failure> {
    let oldest = scope
        .db
        .prepare_cached(
            "SELECT number, key, signature FROM one_time_key
             WHERE device = ?1 AND signature IS NOT NULL ORDER BY number LIMIT 1",
        )?
        .query_row([device], |row| {
            let prekey = SignedPrekey {
                key: row.get::<_, Blob<_>>(1)?.0,
                signature: row.get::<_, Blob<_>>(2)?.0,
            };
            Ok((row.get::<_, i64>(0)?, prekey))
        })
        .optional()?;
    let Some((number, prekey)) = oldest else {
        return Ok(None);
    };
    scope
        .db
        .prepare_cached("UPDATE one_time_key SET signature = NULL WHERE number = ?1")?
        .execute([number])?;
    Ok(Some(prekey))
}
