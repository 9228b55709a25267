//! Adds an item to a channel, idempotently. Its content is checked by the announce and post commands.

use parley_protocol::Millis;
use parley_protocol::channel::{ChannelItem, ItemContent};
use parley_protocol::community::{Channel, Community, Device};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::ChannelId;
use rusqlite::params;

use super::scope::{Scope, active, channel_stream, writable};
use super::{Asked, Outcome};
use crate::refusal::Failure;
use crate::storage::values::{Blob, integer};
use crate::storage::{blobs, read};

/// An item that a device wants to add to a channel.
pub(super) struct NewItem<'a> {
    pub(super) asked: Asked,
    pub(super) channel: ChannelId,
    /// Message or session id: makes a repeated request recognisable.
    pub(super) identity: &'a [u8],
    pub(super) content: ItemContent,
}

/// Whether the item is in the channel already.
pub(super) enum Lookup<'a> {
    /// It is; this is the outcome of the first request.
    Stored(Outcome),
    /// It is not, and the device may write to the channel.
    Missing {
        device: &'a Device,
        channel: &'a Channel,
    },
}

impl NewItem<'_> {
    /// Looks the item up by author and identity. An identity that belongs to other content is a client error.
    pub(super) fn look_up<'a>(
        &self,
        scope: &Scope<'_>,
        community: &'a Community,
    ) -> Result<Lookup<'a>, Failure> {
        let device = active(community, &self.asked.by)?;
        let Some((stream, item)) = read::item_by_identity(scope.db, &self.asked.by, self.identity)?
        else {
            let channel = writable(community, device, &self.channel)?;
            return Ok(Lookup::Missing { device, channel });
        };
        let here = community.channels().get(&self.channel).map(channel_stream);
        if here != Some(stream) || !self.is_same(&item.content) {
            return Err(ErrorCode::Malformed.into());
        }
        Ok(Lookup::Stored(Outcome::Posted {
            channel: self.channel,
            item,
            fresh: false,
        }))
    }

    /// Stores the item under the next sequence number of its channel. A message may have an end.
    pub(super) fn store(
        self,
        scope: &Scope<'_>,
        channel: &Channel,
        expires_at: Option<Millis>,
    ) -> Result<Outcome, Failure> {
        let Self {
            asked: Asked { by, at },
            channel: id,
            identity,
            content,
        } = self;
        let (session, text, signatures, named) = match &content {
            ItemContent::Message(message) => (
                Some(&message.session),
                &message.ciphertext,
                None,
                message.blobs.as_slice(),
            ),
            ItemContent::Announcement(announcement) => (
                None,
                &announcement.body,
                Some((&announcement.signature, &announcement.proof)),
                &[][..],
            ),
            // Nobody adds these.
            ItemContent::Tombstone(_) | ItemContent::Expired(_) => {
                return Err(ErrorCode::Malformed.into());
            }
        };
        let stream = channel_stream(channel);
        let seq = read::last_item(scope.db, stream)?.saturating_add(1);
        scope
            .db
            .prepare_cached(
                "INSERT INTO item
                     (place, at, author, identity, session, text, signature, proof, expires_at,
                      blobs)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                stream.row(seq),
                integer(at),
                Blob(&by),
                identity,
                session.map(Blob),
                text,
                signatures.map(|(signature, _)| Blob(signature)),
                signatures.map(|(_, proof)| Blob(proof)),
                expires_at.map(integer),
                blobs::column(named)
            ])?;
        Ok(Outcome::Posted {
            channel: id,
            item: ChannelItem {
                seq,
                at,
                author: by,
                content,
            },
            fresh: true,
        })
    }

    /// A repeated message may have been encrypted anew, and the first one deleted.
    fn is_same(&self, known: &ItemContent) -> bool {
        match &self.content {
            ItemContent::Announcement(_) => *known == self.content,
            ItemContent::Message(_) | ItemContent::Tombstone(_) | ItemContent::Expired(_) => {
                !matches!(known, ItemContent::Announcement(_))
            }
        }
    }
}
