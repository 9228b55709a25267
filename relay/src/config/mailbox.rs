//! How much waits in a mailbox, and for how long.

use parley_protocol::Millis;
use parley_protocol::limits::{MAX_MAILBOX_BYTES, MAX_MAILBOX_SHARE_BYTES};

const DAY: Millis = 24 * 60 * 60 * 1_000;
const DEFAULT_DAYS: u32 = 90;

/// The number of bytes is out of range.
#[derive(Debug, thiserror::Error)]
#[error(
    "invalid mailbox size {0}: expected a number of bytes from {least} to {most}",
    least = MAX_MAILBOX_SHARE_BYTES,
    most = MAX_MAILBOX_BYTES
)]
pub struct BadMailboxSize(u64);

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

    pub(super) fn complete(bytes: Option<u64>, days: Option<u32>) -> Result<Self, BadMailboxSize> {
        let bytes = bytes.unwrap_or(MAX_MAILBOX_BYTES);
        if !(MAX_MAILBOX_SHARE_BYTES..=MAX_MAILBOX_BYTES).contains(&bytes) {
            return Err(BadMailboxSize(bytes));
        }
        let days = days.unwrap_or(DEFAULT_DAYS);
        Ok(Self {
            bytes,
            lasts: (days > 0).then(|| Millis::from(days) * DAY),
        })
    }
}
