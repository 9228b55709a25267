//! Writes an encrypted message into a channel.

use parley_protocol::channel::{ChannelItem, EncryptedMessage, ItemContent};
use parley_protocol::community::{Channel, Community, Device};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::ChannelId;
use parley_protocol::keys::SessionId;
use parley_protocol::limits::MAX_CIPHERTEXT_CHARS;
use rusqlite::{OptionalExtension as _, params};

use super::scope::{Scope, active, channel_owner, device_owner, is_as_long_in_a_frame, writable};
use super::{Asked, Outcome};
use crate::refusal::Failure;
use crate::storage::read;
use crate::storage::values::{Blob, Owner, integer, number};

/// A device writes.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) asked: Asked,
    pub(crate) channel: ChannelId,
    pub(crate) message: EncryptedMessage,
}

pub(super) fn apply(scope: &mut Scope<'_>, command: &Post) -> Result<Outcome, Failure> {
    let community = scope.community()?;
    let device = active(&community, &command.asked.by)?;
    let message = &command.message;
    let identity = message.id.as_bytes();
    if let Some((owner, item)) = read::item_by_identity(scope.db, &command.asked.by, identity)? {
        return repeated(&community, command.channel, owner, item, |content| {
            matches!(content, ItemContent::Message(_))
        });
    }
    if message.ciphertext.len() > MAX_CIPHERTEXT_CHARS {
        return Err(ErrorCode::TooLarge.into());
    }
    if !is_as_long_in_a_frame(&message.ciphertext) {
        return Err(ErrorCode::Malformed.into());
    }
    let channel = writable(&community, device, &command.channel)?;
    check_session(scope, &command.asked, device, channel, &message.session)?;

    let owner = channel_owner(channel);
    let seq = read::last_item(scope.db, owner)?.saturating_add(1);
    scope
        .db
        .prepare_cached(
            "INSERT INTO item (place, at, author, identity, session, text)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            owner.place(seq),
            integer(command.asked.at),
            Blob(&command.asked.by),
            identity,
            Blob(&message.session),
            message.ciphertext
        ])?;
    Ok(Outcome::Posted {
        channel: command.channel,
        item: ChannelItem {
            seq,
            at: command.asked.at,
            author: command.asked.by,
            content: ItemContent::Message(message.clone()),
        },
        fresh: true,
    })
}

/// The same answer as the first time. An id that stands for something else is a mistake of the client.
pub(super) fn repeated(
    community: &Community,
    channel: ChannelId,
    owner: Owner,
    item: ChannelItem,
    same: impl Fn(&ItemContent) -> bool,
) -> Result<Outcome, Failure> {
    let here = community.channels().get(&channel).map(channel_owner);
    if here != Some(owner) || !same(&item.content) {
        return Err(ErrorCode::Malformed.into());
    }
    Ok(Outcome::Posted {
        channel,
        item,
        fresh: false,
    })
}

/// The session is the device's newest in this channel, and nobody lost the right to read since the head
/// that its announcement names.
fn check_session(
    scope: &Scope<'_>,
    asked: &Asked,
    device: &Device,
    channel: &Channel,
    session: &SessionId,
) -> Result<(), Failure> {
    let newest = scope
        .db
        .prepare_cached(
            "SELECT session, head FROM newest_session WHERE channel = ?1 AND device = ?2",
        )?
        .query_row(
            params![
                integer(channel_owner(channel).0),
                integer(device_owner(device).0)
            ],
            |row| Ok((row.get::<_, Blob<SessionId>>(0)?.0, number(row.get(1)?))),
        )
        .optional()?;
    match newest {
        Some((newest, head)) if newest == *session => {
            if head < channel.readers_shrank_at {
                return Err(ErrorCode::SessionRetired.into());
            }
            Ok(())
        }
        _ => {
            let known = read::item_by_identity(scope.db, &asked.by, session.as_bytes())?;
            if known.is_some_and(|(owner, _)| owner == channel_owner(channel)) {
                Err(ErrorCode::SessionRetired.into())
            } else {
                Err(ErrorCode::UnknownSession.into())
            }
        }
    }
}
