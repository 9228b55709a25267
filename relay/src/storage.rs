//! The database file: how it is opened for writing and reading. Writes are in [`crate::command`], queries in
//! [`read`], [`accounts`], [`sessions`], [`segments`] and [`blobs`].

pub(crate) mod accounts;
pub(crate) mod blobs;
pub(crate) mod copy;
pub(crate) mod credentials;
pub(crate) mod damage;
mod migrations;
pub(crate) mod passkeys;
pub(crate) mod password_record;
#[cfg(unix)]
pub mod private;
pub(crate) mod read;
mod schema;
pub(crate) mod second_factor;
pub(crate) mod segments;
pub(crate) mod sessions;
pub(crate) mod values;
pub(crate) mod waiting;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// How long one connection waits for another.
pub(crate) const BUSY: Duration = Duration::from_secs(5);
/// A file that is in the data folder while a backup is restored into it.
pub(crate) const RESTORING: &str = "restoring";

/// What an acknowledged write survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// A power cut.
    #[default]
    Full,
    /// A crash of the process only. For tests.
    ProcessOnly,
}

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be created.
    #[error("cannot create the data folder {0}: {1}")]
    Folder(PathBuf, std::io::Error),
    /// Other accounts can read or replace the folder.
    #[cfg(unix)]
    #[error(transparent)]
    NotPrivate(#[from] private::NotPrivate),
    /// A restore was cut off.
    #[error(
        "a backup was being restored into {0} and did not get to its end; remove the folder and restore again"
    )]
    HalfRestored(PathBuf),
    /// A reader thread cannot be started.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
    /// The database cannot be opened or prepared.
    #[error("cannot open the database")]
    Database(#[from] rusqlite::Error),
    /// The database was written by a newer relay.
    #[error(
        "the database {file} was written by a newer relay (schema version {found}; this one knows up to {known}). \
         Nothing was changed. Start the newer relay again, or restore a backup made before the upgrade"
    )]
    Newer {
        /// The database.
        file: PathBuf,
        /// Schema version of the file.
        found: u32,
        /// Newest schema version that this relay supports.
        known: u32,
    },
    /// The database is damaged.
    #[error(
        "the database {file} is damaged: {what}. Nothing was changed. Keep a copy of the data folder, and restore the \
         newest backup into it (`parley-relay restore`)"
    )]
    Damaged {
        /// The database.
        file: PathBuf,
        /// What was found.
        what: String,
    },
    /// There are files of blobs, and no database.
    #[error(
        "there is no database at {0}, but there are files of a community beside it. Restore the newest backup into \
         the data folder (`parley-relay restore`); to begin anew, use an empty folder"
    )]
    Lost(PathBuf),
    /// The database cannot be copied before it is migrated.
    #[error(
        "cannot copy the database to {0} before it is migrated: {1}. Nothing was changed; make room on the disk for \
         a second one"
    )]
    Copy(PathBuf, String),
    /// The stored log violates the rules of the community.
    #[error("the stored community log is invalid at sequence number {seq}: {rejection}")]
    Log {
        /// Sequence number of the entry.
        seq: u64,
        /// The rule that it violates.
        rejection: parley_protocol::community::Rejection,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Storage {
    file: PathBuf,
    durability: Durability,
}

impl Storage {
    /// Uses a data folder, created if missing.
    ///
    /// # Errors
    /// [`OpenError::Folder`] if it cannot be created, [`OpenError::NotPrivate`] if other accounts can access it.
    pub(crate) fn in_folder(folder: &Path, durability: Durability) -> Result<Self, OpenError> {
        make_folder(folder).map_err(|error| OpenError::Folder(folder.into(), error))?;
        #[cfg(unix)]
        private::make(folder)?;
        if folder.join(RESTORING).exists() {
            return Err(OpenError::HalfRestored(folder.into()));
        }
        Ok(Self::of(folder, durability))
    }

    /// A data folder that is there. Nothing is created or changed.
    pub(crate) fn of(folder: &Path, durability: Durability) -> Self {
        Self {
            file: folder.join("parley.db"),
            durability,
        }
    }

    /// Opens the one connection that writes. Creates the tables if missing.
    pub(crate) fn writer(&self) -> Result<Connection, OpenError> {
        self.open().map_err(|error| self.named(error))
    }

    /// Damage under its name.
    pub(crate) fn named(&self, error: OpenError) -> OpenError {
        if let OpenError::Database(error) = error {
            damage::known(&self.file, error)
        } else {
            error
        }
    }

    /// The database, for checks.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    fn open(&self) -> Result<Connection, OpenError> {
        let db = Connection::open(&self.file)?;
        db.busy_timeout(BUSY)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = match self.durability {
            Durability::Full => "FULL",
            Durability::ProcessOnly => "OFF",
        };
        db.pragma_update(None, "synchronous", synchronous)?;
        // What is deleted is overwritten with zeros, also in pages that are free now.
        db.pragma_update(None, "secure_delete", "ON")?;
        db.pragma_update(None, "cache_size", -4096)?;
        // Nothing of it in the system's folder for temporary files.
        db.pragma_update(None, "temp_store", "MEMORY")?;
        db.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
        db.set_prepared_statement_cache_capacity(64);
        migrations::run(&db, &self.file)?;
        Ok(db)
    }

    /// Opens a read-only connection.
    pub(crate) fn reader(&self) -> Result<Connection, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&self.file, flags)?;
        db.busy_timeout(BUSY)?;
        db.pragma_update(None, "cache_size", -1024)?;
        db.pragma_update(None, "temp_store", "MEMORY")?;
        Ok(db)
    }
}

pub(crate) fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
