//! Deletes a message for everybody: its ciphertext goes for good, and the signed order takes its place.

use parley_protocol::channel::{
    ChannelItem, EncryptedMessage, ItemContent, Redaction, SignedRedaction, signed_index,
};
use parley_protocol::community::{Community, Device};
use parley_protocol::entry::{ChannelKind, Permission};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::ChannelId;
use parley_protocol::json;
use parley_protocol::limits::MAX_REDACTION_BYTES;
use rusqlite::params;

use super::scope::{Scope, active, channel_stream};
use super::{Asked, Outcome, blobs};
use crate::refusal::Failure;
use crate::storage::read;
use crate::storage::values::{Blob, Removal, StreamId};

/// Deletes a message.
#[derive(Debug)]
pub(crate) struct Redact {
    pub(crate) asked: Asked,
    pub(crate) channel: ChannelId,
    pub(crate) seq: u64,
    pub(crate) order: SignedRedaction,
}

pub(super) fn apply(scope: &mut Scope<'_>, command: &Redact) -> Result<Outcome, Failure> {
    let redaction = parse(command)?;
    let community = scope.community()?;
    let device = active(community, &command.asked.by)?;
    let stream = readable(community, device, &command.channel)?;
    check(community, command, &redaction)?;
    command
        .order
        .verify(&device.ed25519)
        .map_err(|_| ErrorCode::BadSignature)?;
    let item = read::item_at(scope.db, stream, command.seq)?.ok_or(ErrorCode::UnknownMessage)?;
    if !is_about(&redaction, &item) {
        return Err(ErrorCode::UnknownMessage.into());
    }
    check_right(community, device, &redaction)?;
    if !matches!(item.content, ItemContent::Message(_)) {
        // The first order stands, and what expired is gone already.
        return Ok(Outcome::Done);
    }
    replace(scope, stream, command)?;
    blobs::let_go_item(scope, &item.author, stream.row(command.seq))?;
    Ok(Outcome::Redacted {
        channel: command.channel,
        item: ChannelItem {
            content: ItemContent::Tombstone(command.order.clone()),
            ..item
        },
    })
}

fn parse(command: &Redact) -> Result<Redaction, ErrorCode> {
    if command.order.body.len() > MAX_REDACTION_BYTES {
        return Err(ErrorCode::TooLarge);
    }
    let redaction = command
        .order
        .parse_body()
        .map_err(|_| ErrorCode::Malformed)?;
    // Any other encoding could be read in two ways.
    let is_the_one_text = json::write(&redaction) == command.order.body;
    is_the_one_text
        .then_some(redaction)
        .ok_or(ErrorCode::Malformed)
}

/// A text channel that the device's user may read now. An archived one too: what was written there can still be
/// deleted.
fn readable(
    community: &Community,
    device: &Device,
    channel: &ChannelId,
) -> Result<StreamId, ErrorCode> {
    community
        .channels()
        .get(channel)
        .filter(|found| found.kind == ChannelKind::Text)
        .filter(|_| community.may_read(&device.user, channel))
        .map(channel_stream)
        .ok_or(ErrorCode::UnknownChannel)
}

/// The order is by this device, for this community and this message, and in sight of the newest log: readers judge the
/// right at the head that it names, so nobody uses one that they had before.
fn check(community: &Community, command: &Redact, redaction: &Redaction) -> Result<(), ErrorCode> {
    let fits = redaction.community == community.id()
        && redaction.channel == command.channel
        && redaction.seq == command.seq
        && redaction.by == command.asked.by;
    if !fits {
        return Err(ErrorCode::Malformed);
    }
    if redaction.head != community.head() {
        return Err(ErrorCode::StaleHead);
    }
    Ok(())
}

/// Whether this message is what the order describes.
fn is_about(redaction: &Redaction, item: &ChannelItem) -> bool {
    if item.author != redaction.author {
        return false;
    }
    match &item.content {
        ItemContent::Announcement(_) => false,
        ItemContent::Message(message) => {
            message.id == redaction.message
                && message.session == redaction.session
                && is_index(redaction, message)
        }
        ItemContent::Tombstone(order) => order.parse_body().is_ok_and(|known| {
            (known.message, known.session, known.index)
                == (redaction.message, redaction.session, redaction.index)
        }),
        ItemContent::Expired(expired) => {
            (expired.id, expired.session) == (redaction.message, redaction.session)
        }
    }
}

/// What readers count in the author's chain. Of what its session did not sign there is no number to compare: it can be
/// deleted all the same.
fn is_index(redaction: &Redaction, message: &EncryptedMessage) -> bool {
    signed_index(&message.session, &message.ciphertext)
        .is_none_or(|index| redaction.index == Some(index))
}

fn check_right(
    community: &Community,
    device: &Device,
    redaction: &Redaction,
) -> Result<(), ErrorCode> {
    let author = community.devices().get(&redaction.author);
    let is_own = author.is_some_and(|author| author.user == device.user);
    if is_own || community.may(&device.user, Permission::ModerateMessages) {
        Ok(())
    } else {
        Err(ErrorCode::NotPermitted)
    }
}

/// Author and id stay, so that a repeated request to post the message is still known.
fn replace(scope: &Scope<'_>, stream: StreamId, command: &Redact) -> Result<(), Failure> {
    scope
        .db
        .prepare_cached(
            "UPDATE item SET text = ?2, signature = ?3, removal = ?4, expires_at = NULL,
                 blobs = NULL
             WHERE place = ?1",
        )?
        .execute(params![
            stream.row(command.seq),
            command.order.body,
            Blob(&command.order.signature),
            Removal::Ordered
        ])?;
    Ok(())
}
