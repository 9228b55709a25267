//! How far a verification is, and why it came to nothing.

use super::comparing::ShortString;
use super::message::CancelReason;

/// How far the verification is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The other person was asked.
    Asking,
    /// The other person may scan this text as a QR code.
    Showing(String),
    /// The devices exchange keys.
    Agreeing,
    /// Both people compare.
    Comparing(ShortString),
    /// The person said that it is the same; the other one has not yet.
    Waiting(ShortString),
    /// Done.
    Verified,
    /// It came to nothing.
    Failed(Failure),
}

/// Why a verification came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The other person does not want to now.
    Declined,
    /// The other person closed it.
    Closed,
    /// Screens or keys differ: somebody may be between the two.
    Mismatch,
    /// Nobody answered in ten minutes.
    TimedOut,
    /// Another device of one's own, or of the other member, has it in hand.
    OtherDevice,
    /// The other member is in another verification with this one.
    Busy,
    /// The other device was started anew, or is gone.
    DeviceGone,
    /// The member was removed, or has new keys.
    KeysChanged,
}

impl Failure {
    pub(super) fn of(reason: CancelReason) -> Self {
        match reason {
            CancelReason::Declined => Self::Declined,
            CancelReason::Closed | CancelReason::Other => Self::Closed,
            CancelReason::Mismatch => Self::Mismatch,
            CancelReason::TimedOut => Self::TimedOut,
            CancelReason::OtherDevice => Self::OtherDevice,
            CancelReason::Busy => Self::Busy,
            CancelReason::NotKnown => Self::DeviceGone,
        }
    }
}

/// Why a verification cannot begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BeginError {
    /// Nobody can verify themselves.
    #[error("the member is oneself")]
    Oneself,
    /// Not a member, or not any more.
    #[error("there is no such member")]
    NoMember,
    /// The member has no device that could answer.
    #[error("the member has no device")]
    NoDevice,
}

/// Why a code that was scanned verifies nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// Not a code of this kind.
    #[error("this is no code for verifying")]
    NotACode,
    /// A code of another community.
    #[error("the code belongs to another community")]
    OtherCommunity,
    /// Another member shows it.
    #[error("the code is somebody else's")]
    OtherPerson,
    /// It was made for somebody else to scan.
    #[error("the code is meant for somebody else")]
    NotForMe,
    /// The keys in it are not those that the log has here: somebody may be between the two.
    #[error("the keys in the code are not those that are known here")]
    Mismatch,
    /// The device that shows it is not one of the member's.
    #[error("the code is of a device that is gone")]
    DeviceGone,
}
