//! Deletes what is kept for a member or a device that is gone. What they wrote in channels and in the log stays.

use parley_protocol::ids::{DeviceId, UserId};

use super::scope::{Scope, device_stream};
use super::{blobs, ending, vault};
use crate::refusal::Failure;
use crate::storage::values::{Blob, StreamId, integer};

/// Tables of an account, by their column `user`.
const OF_MEMBER: [&str; 6] = [
    "DELETE FROM account WHERE user = ?1",
    "DELETE FROM wrap WHERE user = ?1",
    "DELETE FROM passkey WHERE user = ?1",
    "DELETE FROM second_factor WHERE user = ?1",
    "DELETE FROM recovery_code WHERE user = ?1",
    "DELETE FROM seen WHERE user = ?1",
];

/// Tables of a device, by the number of its stream.
const OF_DEVICE: [&str; 5] = [
    "DELETE FROM mailbox WHERE device = ?1",
    "DELETE FROM mailbox_share WHERE device = ?1",
    "DELETE FROM mail_sent WHERE sender = ?1",
    "DELETE FROM one_time_key WHERE device = ?1",
    "DELETE FROM fallback_key WHERE device = ?1",
];

/// Deletes the account of a member who was removed: sessions, secrets, wraps, vault, shares, uploads that
/// nothing names, and the mailboxes of all devices.
pub(super) fn member(scope: &Scope<'_>, user: &UserId) -> Result<(), Failure> {
    ending::end_of_user(scope, user)?;
    for statement in OF_MEMBER {
        scope.db.prepare_cached(statement)?.execute([Blob(user)])?;
    }
    vault::forget(scope, user)?;
    blobs::forget(scope, user)?;
    let devices = scope.community()?.devices().iter();
    let streams: Vec<_> = devices
        .filter(|(_, device)| device.user == *user)
        .map(|(_, device)| device_stream(device))
        .collect();
    streams
        .into_iter()
        .try_for_each(|stream| mailbox(scope, stream))
}

/// Deletes sessions and mailbox of a device that was revoked.
pub(super) fn device(scope: &Scope<'_>, device: &DeviceId) -> Result<(), Failure> {
    ending::end_of_device(scope, device)?;
    scope
        .db
        .prepare_cached("DELETE FROM seen WHERE device = ?1")?
        .execute([Blob(device)])?;
    match scope.community()?.devices().get(device) {
        Some(device) => mailbox(scope, device_stream(device)),
        None => Ok(()),
    }
}

fn mailbox(scope: &Scope<'_>, stream: StreamId) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached("DELETE FROM mail WHERE place BETWEEN ?1 AND ?2")?
        .execute([stream.row(0), stream.end()])?;
    for statement in OF_DEVICE {
        scope
            .db
            .prepare_cached(statement)?
            .execute([integer(stream.0)])?;
    }
    Ok(())
}
