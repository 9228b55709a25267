//! From a stored item to what it means for the index.

use parley_protocol::ids::{ChannelId, UserId};

use super::document::{Document, Has, NAMES, cut};
use crate::engine::stored_item;
use crate::file::{FileDescription, FileKind, clean_name};
use crate::relations::{Act, Target};
use crate::store::{Record, Table};
use crate::timeline::{Body, StoredItem, TimelineItem};

/// An item, by where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The channel or conversation.
    pub place: ChannelId,
    /// Where it stands there.
    pub seq: u64,
    /// What it means.
    pub what: What,
}

/// What an item means for the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A message.
    Message(Document),
    /// Another text in place of one. Only of its author.
    Edit {
        /// The message.
        of: Target,
        /// Who says so.
        by: UserId,
        /// What it says now.
        text: String,
    },
    /// A message is gone.
    Deletion {
        /// The message.
        of: Target,
        /// Who says so.
        by: UserId,
        /// Whether they may do that with messages of others.
        by_right: bool,
    },
    /// Nothing that is found.
    Nothing,
}

impl Entry {
    /// What a record of [`Table::Items`] means. `None`: it is none.
    pub fn of(record: &Record) -> Option<Self> {
        let (place, seq) = Self::place_of(record)?;
        if record.key.contains('.') {
            let what = stored_item(record).map_or(What::Nothing, |item| what(place, seq, item));
            return Some(Self { place, seq, what });
        }
        let what = match record.read::<StoredItem>() {
            Some(StoredItem::Message(item)) => what(place, seq, *item),
            Some(
                StoredItem::Announcement { .. }
                | StoredItem::Unverified { .. }
                | StoredItem::Gone { .. }
                | StoredItem::Void,
            )
            | None => What::Nothing,
        };
        Some(Self { place, seq, what })
    }

    fn place_of(record: &Record) -> Option<(ChannelId, u64)> {
        if record.table != Table::Items {
            return None;
        }
        let (place, seq) = record.key.split_once('/')?;
        // Of a message in a conversation more follows.
        let seq = seq.split('.').next()?;
        Some((place.parse().ok()?, seq.parse().ok()?))
    }
}

fn what(place: ChannelId, seq: u64, item: TimelineItem) -> What {
    if !item.is_read() {
        return What::Nothing;
    }
    let (by, by_right) = (item.user, item.by_right);
    let (text, has) = match &item.body {
        Body::Text { text, files, .. } => (text.clone(), has(text, files)),
        Body::Poll { poll, .. } => {
            let lines = std::iter::once(&poll.question).chain(&poll.options);
            let lines: Vec<&str> = lines.map(String::as_str).collect();
            (lines.join("\n"), Has::POLL)
        }
        Body::Relation(relation) => {
            let of = relation.to;
            return match &relation.act {
                Act::Edit(text) => What::Edit {
                    of,
                    by,
                    text: cut(text).to_owned(),
                },
                Act::Delete => What::Deletion { of, by, by_right },
                Act::React(_)
                | Act::Unreact(_)
                | Act::Pin
                | Act::Unpin
                | Act::Vote(_)
                | Act::ClosePoll => What::Nothing,
            };
        }
        Body::Removed { .. }
        | Body::CustomEmoji(_)
        | Body::Status(_)
        | Body::Void
        | Body::Unreadable { .. } => return What::Nothing,
    };
    What::Message(Document {
        place,
        seq,
        message: item.target(),
        author: item.user,
        at: item.at.min(item.taken_at()),
        has,
        text: with_names(&text, item.body.files()),
        edited: 0,
    })
}

fn has(text: &str, files: &[FileDescription]) -> Has {
    files.iter().fold(Has::of_text(text), |has, file| {
        let kind = match file.kind {
            FileKind::Image { .. } => Has::PICTURE,
            FileKind::Video { .. } => Has::VIDEO,
            FileKind::Audio { .. } => Has::AUDIO,
            FileKind::Voice { .. } => Has::VOICE,
            FileKind::Other => Has::FILE,
        };
        has.with(Has::FILE).with(kind)
    })
}

/// A text and what its files are called.
fn with_names(text: &str, files: &[FileDescription]) -> String {
    let mut all = cut(text).to_owned();
    for file in files {
        all.push(NAMES);
        all.push_str(&clean_name(&file.name));
    }
    all
}
