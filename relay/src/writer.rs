//! The only writer of the database: group commit of commands, each in a savepoint, answered after the commit.
//! Decides nothing; the rules are in [`crate::command`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use parley_protocol::community::Community;
use parley_protocol::entry::Entry;
use parley_protocol::error::{ApiError, ErrorCode};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::command::{self, Command, Outcome, Scope};
use crate::log_state::LogState;
use crate::refusal::{Failure, refused, storage_failed};
use crate::storage::{self, OpenError, Storage, read};

pub(crate) struct Writer {
    db: Connection,
    log: LogState,
}

impl Writer {
    /// Opens the database and replays the whole log without checking signatures: the disk is the relay's own, and
    /// every client checks them.
    pub(crate) fn open(storage: &Storage) -> Result<Self, OpenError> {
        let db = storage.writer()?;
        let log = LogState::new(replay(&db).map_err(|error| storage.named(error))?);
        Ok(Self { db, log })
    }

    /// The community as of the last commit.
    pub(crate) fn community(&self) -> Option<&Arc<Community>> {
        self.log.committed()
    }

    /// The writer's connection, for reads that must see all earlier writes.
    pub(crate) fn db(&self) -> &Connection {
        &self.db
    }

    /// Applies commands in order, in one transaction. When this returns, everything that succeeded is on the disk;
    /// if the disk failed, nothing changed.
    pub(crate) fn run(&mut self, commands: &[Command]) -> Vec<Result<Outcome, ApiError>> {
        if commands.is_empty() {
            return Vec::new();
        }
        match self.transaction(commands) {
            Ok(results) => {
                self.log.commit();
                results
            }
            Err(error) => {
                if !self.db.is_autocommit() {
                    let _ = self.db.execute_batch("ROLLBACK");
                }
                self.log.roll_back();
                let error = storage_failed(&error);
                commands.iter().map(|_| Err(error.clone())).collect()
            }
        }
    }

    /// The same, with the time that it took.
    pub(crate) fn timed(
        &mut self,
        commands: &[Command],
    ) -> (Vec<Result<Outcome, ApiError>>, Duration) {
        let started = Instant::now();
        let results = self.run(commands);
        (results, started.elapsed())
    }

    fn transaction(
        &mut self,
        commands: &[Command],
    ) -> rusqlite::Result<Vec<Result<Outcome, ApiError>>> {
        self.log.begin();
        self.execute("BEGIN IMMEDIATE")?;
        let mut results = Vec::with_capacity(commands.len());
        for command in commands {
            results.push(self.one(command)?);
        }
        self.execute("COMMIT")?;
        Ok(results)
    }

    /// Applies one command in its savepoint. `Err` aborts the whole transaction.
    fn one(&mut self, command: &Command) -> rusqlite::Result<Result<Outcome, ApiError>> {
        self.execute("SAVEPOINT command")?;
        let before = self.log.savepoint();
        let mut scope = Scope {
            db: &self.db,
            log: &mut self.log,
        };
        let failure = match command::apply(&mut scope, command) {
            Ok(outcome) => {
                self.execute("RELEASE command")?;
                return Ok(Ok(outcome));
            }
            Err(failure) => failure,
        };
        self.log.roll_back_to(before);
        if self.db.is_autocommit() {
            // SQLite has rolled back the whole transaction by itself.
            return match failure {
                Failure::Storage(error) => Err(error),
                Failure::Refused(_) => Err(rusqlite::Error::InvalidQuery),
            };
        }
        self.execute("ROLLBACK TO command")?;
        self.execute("RELEASE command")?;
        Ok(Err(match failure {
            Failure::Refused(error) => error,
            Failure::Storage(error) => {
                tracing::error!(%error, "command failed in storage");
                refused(ErrorCode::StorageFailed)
            }
        }))
    }

    fn execute(&self, statement: &'static str) -> rusqlite::Result<()> {
        self.db.prepare_cached(statement)?.execute([]).map(|_| ())
    }

    /// Reads a stored value, creating it at first use: keys that must survive a restart.
    pub(crate) fn setting(
        &self,
        name: &str,
        make: impl FnOnce() -> Vec<u8>,
    ) -> rusqlite::Result<Vec<u8>> {
        let found = self
            .db
            .query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| {
                row.get(0)
            })
            .optional()?;
        if let Some(found) = found {
            return Ok(found);
        }
        let value = make();
        self.db.execute(
            "INSERT INTO setting (name, value) VALUES (?1, ?2)",
            params![name, value],
        )?;
        Ok(value)
    }

    /// The token of the setup link, created once and kept until it is used.
    pub(crate) fn setup_token(&self, make: impl FnOnce() -> String) -> rusqlite::Result<String> {
        if let Some(token) = command::setup_token(&self.db)? {
            return Ok(token);
        }
        let token = make();
        self.db.execute(
            "INSERT INTO setting (name, value) VALUES ('setup token', ?1)",
            [&token],
        )?;
        Ok(token)
    }

    /// Limits the size of the database file, so that tests can simulate a full disk.
    pub(crate) fn limit_pages(&self, pages: u32) -> rusqlite::Result<()> {
        self.db.pragma_update(None, "max_page_count", pages)
    }

    pub(crate) fn pages(&self) -> rusqlite::Result<u32> {
        self.db
            .pragma_query_value(None, "page_count", |row| row.get(0))
    }

    /// Moves the write-ahead log into the database file and empties it, without waiting for readers. Says whether that
    /// was done.
    pub(crate) fn scrub(&self) -> bool {
        let done = self.db.busy_timeout(Duration::ZERO).and_then(|()| {
            self.db
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        });
        let waits = self.db.busy_timeout(storage::BUSY);
        matches!((done, waits), (Ok(0_i64), Ok(())))
    }

    /// Moves the write-ahead log into the database file.
    pub(crate) fn checkpoint(&self) -> rusqlite::Result<()> {
        self.db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }
}

/// The community of a database's log.
pub(crate) fn replay(db: &Connection) -> Result<Option<Community>, OpenError> {
    let mut community: Option<Community> = None;
    let mut next = 1_u64;
    loop {
        let page: Vec<Entry> = read::log_page(db, next)?;
        if page.is_empty() {
            return Ok(community);
        }
        for entry in page {
            let applied = match community.as_mut() {
                None => Community::found(&entry).map(|founded| community = Some(founded)),
                Some(community) => community.apply_again(&entry).map(|_| ()),
            };
            applied.map_err(|rejection| OpenError::Log {
                seq: next,
                rejection,
            })?;
            next = next.saturating_add(1);
        }
    }
}
