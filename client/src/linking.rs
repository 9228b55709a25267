//! Linking of a further device: the old one shows a code, the new one reads it, and everything that the new one needs
//! goes over an encrypted channel between the two. Sans-IO and outside the engine; a driver carries the texts through a
//! meeting at the relay, which understands none of them.
//!
//! ```text
//! old device                            new device
//!   | -- code: number, key (screen) -----> |
//!   | <- hello: the new device's keys ---- |   ECIES to the key in the code
//!   |    both show two digits, and the person compares
//!   | -- welcome: certificate, token ----> |
//!   |                                      |   registers at the relay
//!   | <- added --------------------------- |
//!   | -- pieces: keys, account data -----> |   newest first
//!   | -- end ----------------------------> |
//! ```
//!
//! | file | what is there |
//! |---|---|
//! | `old_device`, `new_device` | the two sides |
//! | `message` | what they say |
//! | `piece` | some of what a device knows |
//! | `channel` | the encryption between them |
//!
//! The code proves the old device to the new one: a relay between them would need a key that fits it. The two digits
//! prove the new device to the old one.

mod channel;
mod message;
mod new_device;
mod old_device;
mod piece;

pub use channel::ChannelError;
pub use message::{NewDeviceKeys, Welcome};
pub use new_device::{NewDevice, NewEffect, NewProgress};
pub use old_device::{OldDevice, OldEffect, OldProgress};
pub(crate) use piece::record as archive_record;
pub use piece::{Piece, read_piece, take_copies, write_piece};

/// Why a linking came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The relay gave another key than that of the device that showed the code.
    #[error("the key is not the one that the code belongs to")]
    WrongKey,
    /// What came cannot be opened or understood: somebody else answered, or something was changed on the way.
    #[error("what the other device sent makes no sense")]
    Damaged,
    /// The digits on the two screens differ.
    #[error("the digits differ")]
    Mismatch,
    /// The person ended it on the other device.
    #[error("it was ended on the other device")]
    Ended,
}
