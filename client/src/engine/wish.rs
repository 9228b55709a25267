//! What one part of the engine wants of another. Parts do not know one another: they leave a wish in the output, and
//! the engine grants it.

use parley_protocol::Millis;
use parley_protocol::entry::Action;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};

use crate::content::ToDeviceBody;
use crate::megolm::{HandedKey, SessionRef};

/// The key of one of this device's own sessions, for a device that may have it.
pub(super) struct Share {
    pub(super) to: DeviceId,
    pub(super) session: SessionRef,
    pub(super) handed: HandedKey,
}

/// A wish of one part that another part can grant.
pub(super) enum Wish {
    /// Send a to-device message. A transient one is dropped when the connection breaks.
    Send {
        to: DeviceId,
        body: ToDeviceBody,
        transient: bool,
    },
    /// Send an own direct message to a device, and say what becomes of it.
    SendDirect {
        to: DeviceId,
        content: String,
        message: MessageId,
    },
    /// The relay has these direct messages for those devices, or they did not get through.
    SettleDirect {
        messages: Vec<(DeviceId, MessageId)>,
        taken: bool,
    },
    /// Somebody is typing in a direct conversation.
    NoteTyping(ChannelId, UserId),
    /// Set a value that all devices of the member share, if there is room.
    SetData { name: String, value: String },
    /// Send keys of own sessions, and look later whether the relay took them all.
    Share(Vec<Share>),
    /// The relay has these keys, or there is no way to the devices: they are not owed any more.
    EndShares(Vec<(DeviceId, SessionRef)>),
    /// A message cannot be read without this session's key.
    WantKey(SessionRef),
    /// A session is announced: who asked for its key before gets an answer.
    NoteAnnounced(SessionRef),
    /// A session has a key that is believed now: who asked for it gets it.
    NoteBelieved(SessionRef),
    /// A new session of this device has to be in the vault before it is used.
    HurryVault,
    /// Put this into the log; nobody waits for the outcome.
    AppendToLog(Box<Action>),
    /// A message came. Its author is done typing, and was there at that time of the relay's clock.
    NoteWritten {
        channel: ChannelId,
        device: DeviceId,
        at: Millis,
    },
    /// What the relay sent makes no sense: close the connection and try again later.
    DropConnection,
    /// The connection broke. Another one will be tried.
    NoteOffline,
    /// The connection ended and will not be tried again without the person.
    NoteSignedOut,
}
