//! What a command works on: the open transaction, and the community as the log stands inside it.

use std::sync::Arc;

use parley_protocol::community::{Channel, Community, Device};
use parley_protocol::entry::{ChannelKind, Entry, EntryBody};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, DeviceId};
use rusqlite::{Connection, params};

use crate::refusal::Failure;
use crate::storage::values::{Blob, Owner, integer};

pub(crate) struct Scope<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) community: &'a mut Option<Arc<Community>>,
}

impl Scope<'_> {
    pub(crate) fn community(&self) -> Result<Arc<Community>, Failure> {
        let community = self.community.as_ref().ok_or(ErrorCode::NotSetUp)?;
        Ok(Arc::clone(community))
    }

    /// Adds an entry to the log. The first one founds the community.
    pub(crate) fn append(&mut self, entry: &Entry) -> Result<(u64, EntryBody), Failure> {
        let (next, body) = match self.community.as_ref() {
            None => {
                let founded = Community::found(entry)?;
                let body = entry.parse_body().map_err(|_| ErrorCode::Malformed)?;
                (founded, body)
            }
            Some(community) => {
                let mut next = Community::clone(community);
                let body = next.apply(entry)?;
                (next, body)
            }
        };
        let seq = next.head().seq;
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
        *self.community = Some(Arc::new(next));
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
