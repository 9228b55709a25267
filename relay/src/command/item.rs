//! Puts an item into a channel, once. What an announcement or a message must fulfil is decided by its own
//! command.

use parley_protocol::channel::{ChannelItem, ItemContent};
use parley_protocol::community::{Channel, Community, Device};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::ChannelId;
use rusqlite::params;

use super::scope::{Scope, active, channel_owner, writable};
use super::{Asked, Outcome};
use crate::refusal::Failure;
use crate::storage::read;
use crate::storage::values::{Blob, integer};

/// An item that a device wants to stand in a channel.
pub(super) struct NewItem<'a> {
    pub(super) asked: Asked,
    pub(super) channel: ChannelId,
    /// What makes it the same one when it is asked for again.
    pub(super) identity: &'a [u8],
    pub(super) content: ItemContent,
}

/// What there is at the place of an item.
pub(super) enum Place<'a> {
    /// The item itself: this is the answer of the first time.
    Taken(Outcome),
    /// Nothing, and the device may write there.
    Free {
        device: &'a Device,
        channel: &'a Channel,
    },
}

impl NewItem<'_> {
    /// Whether it stands already, and if not, who would put it where. An identity that stands for something
    /// else is a mistake of the client.
    pub(super) fn place<'a>(
        &self,
        scope: &Scope<'_>,
        community: &'a Community,
    ) -> Result<Place<'a>, Failure> {
        let device = active(community, &self.asked.by)?;
        let Some((owner, item)) = read::item_by_identity(scope.db, &self.asked.by, self.identity)?
        else {
            let channel = writable(community, device, &self.channel)?;
            return Ok(Place::Free { device, channel });
        };
        let here = community.channels().get(&self.channel).map(channel_owner);
        if here != Some(owner) || !self.is_same(&item.content) {
            return Err(ErrorCode::Malformed.into());
        }
        Ok(Place::Taken(Outcome::Posted {
            channel: self.channel,
            item,
            fresh: false,
        }))
    }

    /// Stores it as the newest of its channel.
    pub(super) fn store(self, scope: &Scope<'_>, channel: &Channel) -> Result<Outcome, Failure> {
        let Self {
            asked: Asked { by, at },
            channel: id,
            identity,
            content,
        } = self;
        let (session, text, signatures) = match &content {
            ItemContent::Message(message) => (Some(&message.session), &message.ciphertext, None),
            ItemContent::Announcement(announcement) => (
                None,
                &announcement.body,
                Some((&announcement.signature, &announcement.proof)),
            ),
        };
        let owner = channel_owner(channel);
        let seq = read::last_item(scope.db, owner)?.saturating_add(1);
        scope
            .db
            .prepare_cached(
                "INSERT INTO item (place, at, author, identity, session, text, signature, proof)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                owner.place(seq),
                integer(at),
                Blob(&by),
                identity,
                session.map(Blob),
                text,
                signatures.map(|(signature, _)| Blob(signature)),
                signatures.map(|(_, proof)| Blob(proof))
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

    /// A message that is sent again may have been encrypted anew.
    fn is_same(&self, known: &ItemContent) -> bool {
        match &self.content {
            ItemContent::Message(_) => matches!(known, ItemContent::Message(_)),
            ItemContent::Announcement(_) => *known == self.content,
        }
    }
}
