//! Announces a Megolm session in a channel.

use parley_protocol::channel::{Announcement, ChannelItem, ItemContent, SignedAnnouncement};
use parley_protocol::community::Community;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::ChannelId;
use parley_protocol::json;
use parley_protocol::limits::MAX_ANNOUNCEMENT_BYTES;
use parley_protocol::signing;
use rusqlite::params;

use super::scope::{Scope, active, channel_owner, device_owner, writable};
use super::{Asked, Outcome, post};
use crate::refusal::Failure;
use crate::storage::read;
use crate::storage::values::{Blob, integer};

/// A device says with which session it will write.
#[derive(Debug)]
pub(crate) struct Announce {
    pub(crate) asked: Asked,
    pub(crate) channel: ChannelId,
    pub(crate) announcement: SignedAnnouncement,
}

pub(super) fn apply(scope: &mut Scope<'_>, command: &Announce) -> Result<Outcome, Failure> {
    let community = scope.community()?;
    let device = active(&community, &command.asked.by)?;
    let announcement = parse(command)?;
    let identity = announcement.session.as_bytes();
    if let Some((owner, item)) = read::item_by_identity(scope.db, &command.asked.by, identity)? {
        return post::repeated(&community, command.channel, owner, item, |content| {
            *content == ItemContent::Announcement(command.announcement.clone())
        });
    }
    let channel = writable(&community, device, &command.channel)?;
    check(&community, command, &announcement)?;
    device
        .ed25519
        .verify(
            &signing::announcement(&command.announcement.body),
            &command.announcement.signature,
        )
        .map_err(|_| ErrorCode::BadSignature)?;

    let owner = channel_owner(channel);
    let seq = read::last_item(scope.db, owner)?.saturating_add(1);
    scope
        .db
        .prepare_cached(
            "INSERT INTO item (place, at, author, identity, text, signature)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            owner.place(seq),
            integer(command.asked.at),
            Blob(&command.asked.by),
            identity,
            command.announcement.body,
            Blob(&command.announcement.signature)
        ])?;
    scope
        .db
        .prepare_cached(
            "INSERT OR REPLACE INTO newest_session (channel, device, session, head)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            integer(owner.0),
            integer(device_owner(device).0),
            identity,
            integer(announcement.head.seq)
        ])?;
    Ok(Outcome::Posted {
        channel: command.channel,
        item: ChannelItem {
            seq,
            at: command.asked.at,
            author: command.asked.by,
            content: ItemContent::Announcement(command.announcement.clone()),
        },
        fresh: true,
    })
}

fn parse(command: &Announce) -> Result<Announcement, ErrorCode> {
    if command.announcement.body.len() > MAX_ANNOUNCEMENT_BYTES {
        return Err(ErrorCode::TooLarge);
    }
    let announcement = command
        .announcement
        .parse_body()
        .map_err(|_| ErrorCode::Malformed)?;
    // Any other text for the same could be longer in a frame than here, and be read in two ways.
    let is_the_one_text = json::write(&announcement) == command.announcement.body;
    if is_the_one_text {
        Ok(announcement)
    } else {
        Err(ErrorCode::Malformed)
    }
}

/// It is for this community, channel and device, its head is a place in this log, and nobody lost the
/// right to read since that place.
fn check(
    community: &Community,
    command: &Announce,
    announcement: &Announcement,
) -> Result<(), ErrorCode> {
    let fits = announcement.community == community.id()
        && announcement.channel == command.channel
        && announcement.device == command.asked.by
        && community.hash_at(announcement.head.seq) == Some(announcement.head.hash);
    if !fits {
        return Err(ErrorCode::Malformed);
    }
    if announcement.head.seq < community.readers_shrank_at(&command.channel) {
        return Err(ErrorCode::SessionRetired);
    }
    Ok(())
}
