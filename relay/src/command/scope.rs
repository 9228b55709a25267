//! What a command works on: the open transaction, and the community as the log stands inside it.

use parley_protocol::community::{Channel, Community, Device};
use parley_protocol::entry::{ChannelKind, Entry, EntryBody};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, DeviceId};
use rusqlite::{Connection, params};

use crate::log_state::LogState;
use crate::refusal::Failure;
use crate::storage::values::{Blob, Owner, integer};

pub(crate) struct Scope<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) log: &'a mut LogState,
}

impl Scope<'_> {
    /// The community as the open transaction made it. Borrowed: a second owner would cost a copy of it at the
    /// next entry.
    pub(crate) fn community(&self) -> Result<&Community, Failure> {
        Ok(self.log.working().ok_or(ErrorCode::NotSetUp)?)
    }

    /// Adds an entry to the log. The first one founds the community. A command checks everything else before,
    /// because taking an entry back costs a copy of the community.
    pub(crate) fn append(&mut self, entry: &Entry) -> Result<(u64, EntryBody), Failure> {
        let (seq, body) = self.log.append(entry)?;
        self.db
            .prepare_cached(
                "INSERT INTO log (seq, id, body, author, signature) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                integer(seq),
                body.id.as_bytes(),
                entry.body,
                Blob(&entry.author),
                Blob(&entry.signature)
            ])?;
        Ok((seq, body))
    }
}

/// The device that asks, if it is still a member's.
pub(crate) fn active<'a>(
    community: &'a Community,
    device: &DeviceId,
) -> Result<&'a Device, ErrorCode> {
    community
        .active_device(device)
        .ok_or(ErrorCode::UnknownDevice)
}

/// A text channel in which the device's user may write now.
pub(crate) fn writable<'a>(
    community: &'a Community,
    device: &Device,
    channel: &ChannelId,
) -> Result<&'a Channel, ErrorCode> {
    if !community.may_read(&device.user, channel) {
        return Err(ErrorCode::UnknownChannel);
    }
    let found = community
        .channels()
        .get(channel)
        .filter(|found| found.kind == ChannelKind::Text && !found.archived)
        .ok_or(ErrorCode::UnknownChannel)?;
    if community.may_write(&device.user, channel) {
        Ok(found)
    } else {
        Err(ErrorCode::NotPermitted)
    }
}

/// Whether a text takes as much room in a frame as here. Base64 does. JSON writes some letters longer, and a
/// page of those would be a frame that no client takes, again and again.
pub(crate) fn is_as_long_in_a_frame(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
}

/// Where a channel's items are stored.
pub(crate) fn channel_owner(channel: &Channel) -> Owner {
    Owner(channel.created_at)
}

/// Where a device's mail and keys are stored.
pub(crate) fn device_owner(device: &Device) -> Owner {
    Owner(device.added_at)
}
