//! Where backups are kept, as four operations on whole objects by name.

use std::io;
use std::path::PathBuf;

/// An object that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) name: String,
    pub(crate) bytes: u64,
}

/// Why an operation failed, for the operator to read.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// No room.
    #[error("{0} is full: make room there, or lower backup_keep_days")]
    Full(String),
    /// The folder cannot be used.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// The bucket's server said no.
    #[error("the bucket refuses: {code}: {message} (HTTP {status})")]
    Refused {
        /// HTTP status.
        status: u16,
        /// S3's word for it, such as `AccessDenied`.
        code: String,
        /// S3's sentence.
        message: String,
    },
    /// The bucket's server does not answer, or not to the end.
    #[error("{host} cannot be reached, or stopped in the middle: {why}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// What was noticed.
        why: String,
    },
    /// The answer is not S3's.
    #[error("{host} does not answer as S3 does: {why}")]
    NotS3 {
        /// Host and port.
        host: String,
        /// What was noticed.
        why: String,
    },
    /// More than any object of a backup has.
    #[error("{0} is larger than anything a backup has")]
    TooLarge(String),
}

/// A place for backups. Names are relative, with `/` between their parts.
pub(crate) trait Target: Send + Sync {
    /// Writes an object as a whole: after a failure the one before is there, or none.
    fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), TargetError>;

    /// Reads an object. `None` if there is none.
    fn get(&self, name: &str, at_most: usize) -> Result<Option<Vec<u8>>, TargetError>;

    /// All objects whose names begin with a folder's name, which ends with `/`.
    fn list(&self, folder: &str) -> Result<Vec<Stored>, TargetError>;

    /// Removes an object, if there is one.
    fn remove(&self, name: &str) -> Result<(), TargetError>;

    /// Removes what writers that were killed left behind. Only while nobody else writes.
    fn tidy(&self) -> Result<(), TargetError>;
}
