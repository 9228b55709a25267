//! Announces a Megolm session in a channel.

use parley_protocol::channel::{Announcement, ItemContent, SignedAnnouncement};
use parley_protocol::community::Community;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::ChannelId;
use parley_protocol::json;
use parley_protocol::limits::MAX_ANNOUNCEMENT_BYTES;
use rusqlite::params;

use super::item::{Lookup, NewItem};
use super::scope::{Scope, channel_stream, device_stream};
use super::{Asked, Outcome};
use crate::refusal::Failure;
use crate::storage::values::integer;

/// Announces the session that a device will write with.
#[derive(Debug)]
pub(crate) struct Announce {
    pub(crate) asked: Asked,
    pub(crate) channel: ChannelId,
    pub(crate) announcement: SignedAnnouncement,
}

pub(super) fn apply(scope: &mut Scope<'_>, command: &Announce) -> Result<Outcome, Failure> {
    let announcement = parse(command)?;
    let item = NewItem {
        asked: command.asked,
        channel: command.channel,
        identity: announcement.session.as_bytes(),
        content: ItemContent::Announcement(command.announcement.clone()),
    };
    let community = scope.community()?;
    let (device, channel) = match item.look_up(scope, community)? {
        Lookup::Stored(outcome) => return Ok(outcome),
        Lookup::Missing { device, channel } => (device, channel),
    };
    check(community, command, &announcement)?;
    command
        .announcement
        .verify(&device.ed25519, &announcement.session)
        .map_err(|_| ErrorCode::BadSignature)?;
    let outcome = item.store(scope, channel, None)?;
    scope
        .db
        .prepare_cached(
            "INSERT OR REPLACE INTO newest_session (channel, device, session, head)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            integer(channel_stream(channel).0),
            integer(device_stream(device).0),
            announcement.session.as_bytes(),
            integer(announcement.head.seq)
        ])?;
    Ok(outcome)
}

fn parse(command: &Announce) -> Result<Announcement, ErrorCode> {
    if command.announcement.body.len() > MAX_ANNOUNCEMENT_BYTES {
        return Err(ErrorCode::TooLarge);
    }
    let announcement = command
        .announcement
        .parse_body()
        .map_err(|_| ErrorCode::Malformed)?;
    // Any other encoding of the same content could be longer in a frame, or be read in two ways.
    let is_the_one_text = json::write(&announcement) == command.announcement.body;
    if is_the_one_text {
        Ok(announcement)
    } else {
        Err(ErrorCode::Malformed)
    }
}

/// The announcement is for this community, channel and device, its head is in this log, and since that head nobody
/// lost the right to read, and messages disappear after the same time.
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
    if announcement.head.seq < community.sessions_end_at(&command.channel) {
        return Err(ErrorCode::SessionRetired);
    }
    Ok(())
}
