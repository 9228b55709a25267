//! What a command works on: the open transaction, and the community as of that transaction.

use parley_protocol::Millis;
use parley_protocol::community::{Channel, Community, Device, Member};
use parley_protocol::entry::{ChannelKind, Entry, EntryBody};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, DeviceId};
use rusqlite::{Connection, params};

use crate::log_state::LogState;
use crate::refusal::Failure;
use crate::storage::values::{Blob, StreamId, integer};

pub(crate) struct Scope<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) log: &'a mut LogState,
}

impl Scope<'_> {
    /// The community as of the open transaction. Borrowed: a second `Arc` would force a copy at the next entry.
    pub(crate) fn community(&self) -> Result<&Community, Failure> {
        Ok(self.log.working().ok_or(ErrorCode::NotSetUp)?)
    }

    /// Appends an entry to the log. The first one founds the community. Commands check everything else before,
    /// because rolling back an entry copies the community.
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

/// The device, if it is active.
pub(crate) fn active<'a>(
    community: &'a Community,
    device: &DeviceId,
) -> Result<&'a Device, ErrorCode> {
    community
        .active_device(device)
        .ok_or(ErrorCode::UnknownDevice)
}

/// The device, if it is active, or of a guest whose time is not over.
pub(crate) fn present<'a>(
    community: &'a Community,
    device: &DeviceId,
    now: Millis,
) -> Result<&'a Device, ErrorCode> {
    community
        .present_device(device, now)
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

/// Whether JSON needs no escapes for this text, as for base64. Escapes would make a stored page larger than a frame
/// may be, and every client would refuse it for ever.
pub(crate) fn is_as_long_in_a_frame(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
}

/// The stream of a channel's items.
pub(crate) fn channel_stream(channel: &Channel) -> StreamId {
    StreamId(channel.created_at)
}

/// The stream of a device's to-device messages and keys.
pub(crate) fn device_stream(device: &Device) -> StreamId {
    StreamId(device.added_at)
}

/// The stream of a member's vault. A member who comes back with new keys begins a new one.
pub(crate) fn vault_stream(member: &Member) -> StreamId {
    StreamId(member.joined_at)
}
