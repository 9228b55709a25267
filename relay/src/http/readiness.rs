//! Whether the relay can do its work: the core's thread lives, the database is written, the disk has room.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parley_protocol::Millis;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::blobs::disk::Disk;
use crate::command::Command;
use crate::server::core_thread::CoreHandle;
use crate::server::readers::Readers;

/// Bytes that the database needs to go on for a while. Files stop long before.
const RESERVE: u64 = 32 * 1024 * 1024;
/// An answer is as good for this long: anybody may ask, and each look is a write.
const FRESH: Duration = Duration::from_secs(5);
/// A core that takes longer does not work.
const PATIENCE: Duration = Duration::from_secs(5);

/// What hinders the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// The core's thread does not answer.
    #[error("the core does not respond; restart the relay and read its log")]
    Core,
    /// The core answers, and the write failed.
    #[error(
        "the database cannot be written; read the log, and look at the disk of the data folder"
    )]
    Write,
    /// A query failed.
    #[error("the database cannot be read; read the log, and look at the disk of the data folder")]
    Read,
    /// Fewer than [`RESERVE`] bytes are left.
    #[error("the disk of the data folder is nearly full; make room")]
    Disk,
}

pub(crate) struct Readiness {
    data: PathBuf,
    disk: Arc<dyn Disk>,
    last: Mutex<Option<(Instant, Vec<Trouble>)>>,
}

/// Sizes on the disk, in bytes; 0 if they cannot be told.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Figures {
    pub(crate) database_bytes: u64,
    pub(crate) disk_free: u64,
}

impl Readiness {
    pub(crate) fn new(data: &Path, disk: Arc<dyn Disk>) -> Self {
        Self {
            data: data.to_owned(),
            disk,
            last: Mutex::default(),
        }
    }

    /// Looks, or says what was seen a moment ago. Those who ask at once share one look.
    pub(crate) async fn look(
        &self,
        core: &CoreHandle,
        readers: &Readers,
        now: Millis,
    ) -> Vec<Trouble> {
        let mut last = self.last.lock().await;
        if let Some((at, troubles)) = last.as_ref()
            && at.elapsed() < FRESH
        {
            return troubles.clone();
        }
        let troubles = self.troubles(core, readers, now).await;
        *last = Some((Instant::now(), troubles.clone()));
        troubles
    }

    async fn troubles(&self, core: &CoreHandle, readers: &Readers, now: Millis) -> Vec<Trouble> {
        let written = timeout(PATIENCE, core.call(Command::Probe(now))).await;
        let read = readers.run(|db| db.query_row("SELECT 1", [], |_| Ok(())));
        let read = timeout(PATIENCE, read).await;
        let of_core = match written {
            Err(_) => Some(Trouble::Core),
            Ok(Err(_)) => Some(Trouble::Write),
            Ok(Ok(_)) => None,
        };
        let of_readers = (!matches!(read, Ok(Ok(())))).then_some(Trouble::Read);
        let free = self.disk.free(&self.data);
        let of_disk = free.is_ok_and(|free| free < RESERVE);
        let of_disk = of_disk.then_some(Trouble::Disk);
        [of_core, of_readers, of_disk]
            .into_iter()
            .flatten()
            .collect()
    }

    /// For the metrics.
    pub(crate) fn figures(&self) -> Figures {
        let size = |name: &str| fs::metadata(self.data.join(name)).map_or(0, |found| found.len());
        Figures {
            database_bytes: size("parley.db").saturating_add(size("parley.db-wal")),
            disk_free: self.disk.free(&self.data).unwrap_or(0),
        }
    }
}
