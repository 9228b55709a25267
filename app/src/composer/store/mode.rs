//! What the composer is used for, beside writing something new.

use crate::ids::{ChannelId, ItemId};

/// Characters of a quoted message that are shown.
const EXCERPT: usize = 120;

/// An answer, or an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    Reply {
        channel: ChannelId,
        item: ItemId,
        author_name: String,
        /// The beginning of what is answered.
        excerpt: String,
    },
    Edit {
        channel: ChannelId,
        item: ItemId,
        /// What it says until now.
        text: String,
        /// What was typed before.
        before: String,
    },
}

impl Mode {
    pub fn reply(
        channel: &ChannelId,
        item: &ItemId,
        author_name: &str,
        text: Option<&str>,
    ) -> Self {
        Self::Reply {
            channel: channel.clone(),
            item: item.clone(),
            author_name: author_name.to_owned(),
            excerpt: excerpt(text.unwrap_or_default()),
        }
    }

    pub fn edit(channel: &ChannelId, item: &ItemId, text: Option<&str>) -> Self {
        Self::Edit {
            channel: channel.clone(),
            item: item.clone(),
            text: text.unwrap_or_default().to_owned(),
            before: String::new(),
        }
    }

    pub fn into_item(self) -> ItemId {
        let (Self::Reply { item, .. } | Self::Edit { item, .. }) = self;
        item
    }
}

/// The beginning of a text, on one line.
pub fn excerpt(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
