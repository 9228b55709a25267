//! Where something is written.

use crate::ids::{ChannelId, ItemId};

/// A channel, or the thread of a message in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    pub channel: ChannelId,
    pub thread: Option<ItemId>,
}

impl Desk {
    pub fn of(channel: ChannelId) -> Self {
        Self {
            channel,
            thread: None,
        }
    }

    /// Under which the draft and what is attached are kept: for a channel its own name.
    pub fn key(&self) -> ChannelId {
        match &self.thread {
            Some(root) => format!("{}/{root}", self.channel).into(),
            None => self.channel.clone(),
        }
    }
}
