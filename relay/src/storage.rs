//! The database files: how they are opened, and for whom. What is written is decided in
//! [`crate::command`], what is read in [`read`].

#[cfg(unix)]
pub mod private;
pub(crate) mod read;
mod schema;
pub(crate) mod values;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// How sure a write is when it has been answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// It outlives a power cut.
    #[default]
    Full,
    /// It outlives the process only. For tests.
    ProcessOnly,
}

/// The data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made.
    #[error("the data folder {0} cannot be made: {1}")]
    Folder(PathBuf, std::io::Error),
    /// Others can look into the folder, or exchange it.
    #[cfg(unix)]
    #[error(transparent)]
    NotPrivate(#[from] private::NotPrivate),
    /// A thread that reads cannot be started.
    #[error("a thread cannot be started: {0}")]
    Thread(std::io::Error),
    /// The database cannot be opened.
    #[error("the database cannot be opened: {0}")]
    Database(#[from] rusqlite::Error),
    /// A newer relay wrote this database.
    #[error("the database is of version {found}, this relay knows {known}")]
    Newer {
        /// Version of the file.
        found: u32,
        /// Newest version known here.
        known: u32,
    },
    /// The stored log breaks its own rules.
    #[error("entry {seq} of the stored log is not valid: {rejection}")]
    Log {
        /// Which entry.
        seq: u64,
        /// Why.
        rejection: parley_protocol::community::Rejection,
    },
}

/// Where the database is, and how it is written.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    file: PathBuf,
    durability: Durability,
}

impl Storage {
    /// Uses a data folder, which is made if it is missing.
    ///
    /// # Errors
    /// [`OpenError::Folder`] if it cannot be made, [`OpenError::NotPrivate`] if it is not the relay's alone.
    pub(crate) fn in_folder(folder: &Path, durability: Durability) -> Result<Self, OpenError> {
        make_folder(folder).map_err(|error| OpenError::Folder(folder.into(), error))?;
        #[cfg(unix)]
        private::make(folder)?;
        Ok(Self {
            file: folder.join("parley.db"),
            durability,
        })
    }

    /// The one connection that writes. Makes the tables if they are missing.
    pub(crate) fn writer(&self) -> Result<Connection, OpenError> {
        let db = Connection::open(&self.file)?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = match self.durability {
            Durability::Full => "FULL",
            Durability::ProcessOnly => "OFF",
        };
        db.pragma_update(None, "synchronous", synchronous)?;
        db.pragma_update(None, "cache_size", -4096)?;
        db.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
        db.set_prepared_statement_cache_capacity(64);
        schema::bring_up_to_date(&db)?;
        Ok(db)
    }

    /// A connection that only reads.
    pub(crate) fn reader(&self) -> Result<Connection, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&self.file, flags)?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.pragma_update(None, "cache_size", -1024)?;
        Ok(db)
    }
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
