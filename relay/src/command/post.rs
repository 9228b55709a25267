//! Posts an encrypted message to a channel.

use parley_protocol::Millis;
use parley_protocol::channel::{EncryptedMessage, ItemContent};
use parley_protocol::community::{Channel, Device};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::ChannelId;
use parley_protocol::keys::SessionId;
use parley_protocol::limits::MAX_CIPHERTEXT_CHARS;
use rusqlite::{OptionalExtension as _, params};

use super::item::{Lookup, NewItem};
use super::scope::{Scope, channel_stream, device_stream, is_as_long_in_a_frame};
use super::{Asked, Outcome, blobs};
use crate::file_terms::FileTerms;
use crate::refusal::Failure;
use crate::storage::read;
use crate::storage::values::{Blob, integer, number};

/// Posts a message.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) asked: Asked,
    pub(crate) channel: ChannelId,
    pub(crate) message: EncryptedMessage,
    pub(crate) files: FileTerms,
}

pub(super) fn apply(scope: &mut Scope<'_>, command: &Post) -> Result<Outcome, Failure> {
    let message = &command.message;
    let item = NewItem {
        asked: command.asked,
        channel: command.channel,
        identity: message.id.as_bytes(),
        content: ItemContent::Message(message.clone()),
    };
    let community = scope.community()?;
    let (device, channel) = match item.look_up(scope, community)? {
        Lookup::Stored(outcome) => return Ok(outcome),
        Lookup::Missing { device, channel } => (device, channel),
    };
    if message.ciphertext.len() > MAX_CIPHERTEXT_CHARS {
        return Err(ErrorCode::TooLarge.into());
    }
    if !is_as_long_in_a_frame(&message.ciphertext) {
        return Err(ErrorCode::Malformed.into());
    }
    let head = check_session(scope, command, device, channel)?;
    let lasts = community.expires_after_at(&command.channel, head);
    let expires_at = lasts.map(|seconds| {
        let lasts = Millis::from(seconds).saturating_mul(1_000);
        command.asked.at.saturating_add(lasts)
    });
    let blobs = blobs::check_names(scope, &device.user, &message.blobs, command.files)?;
    let outcome = item.store(scope, channel, expires_at)?;
    if let Outcome::Posted { item, .. } = &outcome {
        let place = channel_stream(channel).row(item.seq);
        blobs::name_in_item(scope, &device.user, place, &blobs, command.files)?;
    }
    Ok(outcome)
}

/// The session must be the device's newest in this channel, and not retired since the head that its announcement
/// names. Gives the sequence number of that head.
fn check_session(
    scope: &Scope<'_>,
    command: &Post,
    device: &Device,
    channel: &Channel,
) -> Result<u64, Failure> {
    let session = &command.message.session;
    let newest = scope
        .db
        .prepare_cached(
            "SELECT session, head FROM newest_session WHERE channel = ?1 AND device = ?2",
        )?
        .query_row(
            params![
                integer(channel_stream(channel).0),
                integer(device_stream(device).0)
            ],
            |row| Ok((row.get::<_, Blob<SessionId>>(0)?.0, number(row.get(1)?))),
        )
        .optional()?;
    match newest {
        Some((newest, head)) if newest == *session => {
            if head < scope.community()?.sessions_end_at(&command.channel) {
                return Err(ErrorCode::SessionRetired.into());
            }
            Ok(head)
        }
        _ => {
            let known = read::item_by_identity(scope.db, &command.asked.by, session.as_bytes())?;
            if known.is_some_and(|(stream, _)| stream == channel_stream(channel)) {
                Err(ErrorCode::SessionRetired.into())
            } else {
                Err(ErrorCode::UnknownSession.into())
            }
        }
    }
}
