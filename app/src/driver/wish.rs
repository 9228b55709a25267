//! What a part wants of others. The coordinator grants wishes in their order, before the engine's effects.

use parley_client::store::Record;
use parley_protocol::auth::SessionResponse;
use parley_protocol::ids::ChannelId;

use super::keeper::NoteWrite;
use crate::ids;
use crate::platform::store::StoreError;

/// Several, in the order in which they are granted.
pub type Wishes = Vec<Wish>;

pub enum Wish {
    Keep(NoteWrite),
    /// The store does not do what it must: the page stops.
    StoreFailed(StoreError),
    /// Bring this up to date on the screen.
    Show(Matter),
    /// Put this channel on the screen. The log that brought it is known already.
    OpenChannel(ids::ChannelId),
    /// Show a message with what hangs off it.
    OpenThread {
        channel: ids::ChannelId,
        root: ids::ItemId,
    },
    /// Put a text that was not sent back into the composer.
    GiveBack {
        channel: ids::ChannelId,
        text: String,
    },
    /// Say something short.
    Say(&'static str),
    /// The relay gave a session: connect with its token.
    UseSession(SessionResponse),
    /// Read the vault, with what is kept for it.
    ReadVault(Record),
    /// The store holds a device: make an engine of it.
    Enter,
    /// The page cannot go on until it is loaded again.
    Stop {
        text: String,
        detail: String,
    },
    /// Forget everything that this browser keeps, and load the page anew.
    Forget,
}

/// Something that the screen shows.
pub enum Matter {
    Connection,
    Community,
    Voice,
    Presence,
    AccountData,
    Alerts,
    Emoji,
    /// Direct conversations.
    Direct,
    Timeline(ChannelId),
    Typing(ChannelId),
}
