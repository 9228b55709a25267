//! How much waits in a mailbox, and for how long.

use parley_protocol::Millis;
use parley_protocol::limits::{MAX_MAILBOX_BYTES, MAX_MAILBOX_SHARE_BYTES};

const DAY: Millis = 24 * 60 * 60 * 1_000;

/// The number of bytes is out of range.
#[derive(Debug, thiserror::Error)]
#[error(
    "invalid mailbox size {0}: expected a number of bytes from {least} to {most}",
    least = MAX_MAILBOX_SHARE_BYTES,
    most = MAX_MAILBOX_BYTES
)]
pub struct BadMailboxSize(u64);

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// Maximum number of bytes that wait for one device until it fetches them, from 2097152 to 25165824. Smaller saves
    /// disk where many devices are away; what they miss comes from their member's vault.
    #[arg(long, value_name = "NUMBER", default_value_t = MAX_MAILBOX_BYTES)]
    mailbox_bytes: u64,
    /// Days for which they wait. What is dropped then comes from the member's vault. 0 keeps them without an end.
    #[arg(long, value_name = "NUMBER", default_value_t = 90)]
    mailbox_days: u32,
}

/// Bounds of each device's mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxTerms {
    /// Maximum bytes, at most [`MAX_MAILBOX_BYTES`].
    pub bytes: u64,
    /// Time after which a message is dropped, in milliseconds. `None`: never.
    pub lasts: Option<Millis>,
}

impl MailboxTerms {
    /// As large as the protocol allows, and without an end.
    pub const WIDEST: Self = Self {
        bytes: MAX_MAILBOX_BYTES,
        lasts: None,
    };

    pub(super) fn complete(given: &Given) -> Result<Self, BadMailboxSize> {
        let bytes = given.mailbox_bytes;
        if !(MAX_MAILBOX_SHARE_BYTES..=MAX_MAILBOX_BYTES).contains(&bytes) {
            return Err(BadMailboxSize(bytes));
        }
        let days = given.mailbox_days;
        Ok(Self {
            bytes,
            lasts: (days > 0).then(|| Millis::from(days) * DAY),
        })
    }
}
