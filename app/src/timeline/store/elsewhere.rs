//! Messages as they are shown outside of their channel: saved ones, linked ones, and those that carry a thread.

use std::hash::{Hash, Hasher};

use super::Item;
use crate::ids::{ChannelId, ItemId};

/// A message that somebody saved for themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    pub channel: ChannelId,
    pub item: ItemId,
    /// `None`: a channel that one may not read.
    pub channel_name: Option<String>,
    pub found: Found,
}

/// What this device has of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Here(Box<Item>),
    Deleted,
    /// It was not loaded, or it is gone.
    NotHere,
    /// One may not read it.
    NotReadable,
}

/// A message to which another one links.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    pub channel: ChannelId,
    pub item: ItemId,
    pub channel_name: String,
    pub author_name: String,
    /// In milliseconds since 1970.
    pub at: f64,
    /// The beginning of it.
    pub text: String,
}

impl Eq for Linked {}

impl Hash for Linked {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (
            &self.item,
            &self.channel_name,
            &self.author_name,
            &self.text,
        )
            .hash(state);
    }
}

/// A message that carries a thread.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadLine {
    pub item: ItemId,
    pub author_name: String,
    /// The beginning of it.
    pub text: String,
    pub count: usize,
    pub unread: bool,
    /// Who wrote last, and when, in milliseconds since 1970.
    pub last_name: String,
    pub last_at: f64,
}
