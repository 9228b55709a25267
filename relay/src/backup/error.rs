//! Why a backup cannot be made, verified or restored, in words for the operator.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use super::layout::BadId;
use super::target::TargetError;
use crate::age_keys::{BadIdentity, Unreadable};
use crate::storage::OpenError;
use crate::storage::copy::CopyError;

/// Why it failed. The last good backup stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// No setting says where backups go.
    #[error(
        "no place for backups is set: set backup_to to a folder or to s3://bucket/prefix, and backup_recipients"
    )]
    NoPlace,
    /// No setting says who can read them.
    #[error(
        "backups are always encrypted: set backup_recipients; `parley-relay backup --make-key FILE` makes a key"
    )]
    NoRecipients,
    /// Another process or thread makes one.
    #[error("another backup of this data folder is being made; wait until it is done")]
    Busy,
    /// The data folder has no database, or one of before there were backups.
    #[error("{0} is no data folder of a relay that was started with this version")]
    NoRelay(PathBuf),
    /// Another relay's backups are there.
    #[error(
        "{place} has backups of another relay (seal {theirs}, this one's is {ours}); choose another folder or prefix"
    )]
    OtherRelay {
        /// The folder or bucket.
        place: String,
        /// Fingerprint of the seal there.
        theirs: String,
        /// Fingerprint of this relay's seal.
        ours: String,
    },
    /// No room for the copy of the database.
    #[error("{folder} has room for {free} bytes; the copy of the database takes {needed}")]
    Room {
        /// Where the copy would be.
        folder: PathBuf,
        /// Bytes that are needed.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// The relay is shutting down.
    #[error("the relay was stopped before the backup was done")]
    Stopped,
    /// The database cannot be copied.
    #[error(transparent)]
    Copy(CopyError),
    /// The database cannot be read.
    #[error("the database cannot be read: {0}")]
    Database(#[from] rusqlite::Error),
    /// The database cannot be opened, or its log is not valid.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The folder or bucket failed.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// A file of this machine failed.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// Encryption failed, which only a failing source of randomness explains.
    #[error("cannot encrypt: {0}")]
    Encrypt(io::Error),
    /// The file with the keys cannot be used.
    #[error("{0}: {1}")]
    Identity(PathBuf, BadIdentity),
    /// Nothing is there.
    #[error("there is no backup in {0}")]
    None(String),
    /// No such backup.
    #[error("there is no backup {id} in {place}; there are: {others}")]
    Unknown {
        /// What was asked for.
        id: String,
        /// The folder or bucket.
        place: String,
        /// Those that are there.
        others: String,
    },
    /// The name is none.
    #[error(transparent)]
    BadId(#[from] BadId),
    /// The manifest cannot be read.
    #[error("{name}: {why}")]
    Manifest {
        /// Its name.
        name: String,
        /// What is wrong with it.
        why: Unreadable,
    },
    /// A newer relay made it.
    #[error("{0} was made by a newer relay; use that version or a newer one")]
    Newer(String),
    /// It is not of the relay that it should be of.
    #[error(
        "{id} was not made by this relay: its seal is {found}, expected {expected}. Do not use it"
    )]
    WrongSeal {
        /// The backup.
        id: String,
        /// Fingerprint in the manifest.
        found: String,
        /// Fingerprint of the relay.
        expected: String,
    },
    /// Parts of it are not as they were written.
    #[error("the backup {id} is not whole:{}", list(troubles))]
    NotWhole {
        /// The backup.
        id: String,
        /// Each part and what is wrong with it.
        troubles: Vec<Trouble>,
    },
    /// The folder to restore into has something in it.
    #[error("{0} is not empty; restore into a new folder, and keep this one until that works")]
    Used(PathBuf),
}

/// A part that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} {what}")]
pub struct Trouble {
    /// Name of the object, or of what was compared.
    pub name: String,
    /// What is wrong with it, as the rest of a sentence.
    pub what: String,
}

/// Shown at most; a bucket that lost everything would fill the screen.
const SHOWN: usize = 20;

fn list(troubles: &[Trouble]) -> String {
    let mut text = String::new();
    for trouble in troubles.iter().take(SHOWN) {
        text.push_str("\n  ");
        text.push_str(&trouble.to_string());
    }
    let more = troubles.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = write!(text, "\n  and {more} more");
    }
    text
}

impl From<CopyError> for BackupError {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Stopped => Self::Stopped,
            CopyError::Database(_) | CopyError::File(_) => Self::Copy(error),
        }
    }
}
