//! What is about to be done and can be undone for some seconds. The screen shows it as done already.

use litemap::LiteMap;

use crate::ids::{ChannelId, ItemId};

/// What somebody asked for and may still take back.
#[derive(Clone, Debug, PartialEq)]
pub enum Pending {
    /// A message is deleted for everybody.
    Deletion { channel: ChannelId, item: ItemId },
    /// Channels are marked as read, each up to a sequence number.
    Read {
        up_to: LiteMap<ChannelId, u64>,
        /// All that there are, and what is in their threads.
        everything: bool,
    },
}

impl Pending {
    /// The sequence number up to which a channel will count as read.
    pub fn read_up_to(&self, channel: &ChannelId) -> u64 {
        match self {
            Self::Deletion { .. } => 0,
            Self::Read { up_to, .. } => up_to.get(channel).copied().unwrap_or(0),
        }
    }
}
