//! How far a connection is behind in one stream.

use parley_protocol::community::Community;
use parley_protocol::ids::ChannelId;

use crate::command;
use crate::storage::values::StreamId;

/// A stream in which a connection is behind, with the last sequence number it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lag {
    Log {
        after: u64,
    },
    Mail {
        stream: StreamId,
        after: u64,
    },
    Items {
        channel: ChannelId,
        stream: StreamId,
        after: u64,
    },
    /// The client has nothing of the channel: it starts with the newest page.
    Newest {
        channel: ChannelId,
        stream: StreamId,
    },
}

impl Lag {
    /// The lag of a client that has stored a channel up to `after`.
    pub(super) fn in_channel(
        community: &Community,
        channel: ChannelId,
        after: Option<&u64>,
        last: u64,
    ) -> Option<Self> {
        let stream = command::channel_stream(community.channels().get(&channel)?);
        match after {
            Some(after) if *after >= last => None,
            Some(after) => Some(Self::Items {
                channel,
                stream,
                after: *after,
            }),
            None if last == 0 => None,
            None => Some(Self::Newest { channel, stream }),
        }
    }

    pub(super) fn moved_to(self, through: u64) -> Self {
        match self {
            Self::Log { .. } => Self::Log { after: through },
            Self::Mail { stream, .. } => Self::Mail {
                stream,
                after: through,
            },
            Self::Items {
                channel, stream, ..
            }
            | Self::Newest { channel, stream } => Self::Items {
                channel,
                stream,
                after: through,
            },
        }
    }

    /// The channel of a channel's stream.
    pub(super) fn channel(&self) -> Option<ChannelId> {
        match self {
            Self::Items { channel, .. } | Self::Newest { channel, .. } => Some(*channel),
            Self::Log { .. } | Self::Mail { .. } => None,
        }
    }

    pub(super) fn is_in(&self, wanted: &ChannelId) -> bool {
        self.channel().as_ref() == Some(wanted)
    }
}
