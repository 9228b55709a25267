//! How much room files take at the relay.

use parley_protocol::Millis;
use parley_protocol::limits::MAX_FILE_BYTES;

const MINUTE: Millis = 60 * 1_000;
const GIB: u64 = 1024 * 1024 * 1024;
pub(crate) const DEFAULT_QUOTA_PER_MEMBER: u64 = 5 * GIB;
pub(crate) const DEFAULT_QUOTA: u64 = 50 * GIB;
pub(crate) const DEFAULT_GRACE_MINUTES: u32 = 24 * 60;

/// The largest file is out of range.
#[derive(Debug, thiserror::Error)]
#[error("invalid size of the largest file {0}: expected at most {most} bytes", most = MAX_FILE_BYTES)]
pub struct BadFileSize(u64);

/// Bounds of what members store as files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileTerms {
    /// Bytes of all files of one message, at most [`MAX_FILE_BYTES`].
    pub max_file_bytes: u64,
    /// Bytes of all blobs that one member holds.
    pub per_member: u64,
    /// Bytes of all blobs.
    pub in_all: u64,
    /// Time for which an upload waits to be named, in milliseconds.
    pub grace: Millis,
}

/// What was given of [`FileTerms`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    pub(crate) max_file_bytes: u64,
    pub(crate) per_member: u64,
    pub(crate) in_all: u64,
    pub(crate) grace_minutes: u32,
}

impl Default for FileTerms {
    fn default() -> Self {
        Self {
            max_file_bytes: MAX_FILE_BYTES,
            per_member: DEFAULT_QUOTA_PER_MEMBER,
            in_all: DEFAULT_QUOTA,
            grace: Millis::from(DEFAULT_GRACE_MINUTES) * MINUTE,
        }
    }
}

impl FileTerms {
    pub(crate) fn complete(given: Given) -> Result<Self, BadFileSize> {
        let Given {
            max_file_bytes,
            per_member,
            in_all,
            grace_minutes,
        } = given;
        if max_file_bytes > MAX_FILE_BYTES {
            return Err(BadFileSize(max_file_bytes));
        }
        Ok(Self {
            max_file_bytes,
            per_member,
            in_all,
            grace: Millis::from(grace_minutes) * MINUTE,
        })
    }
}
