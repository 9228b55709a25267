//! A few threads that read from the database, each with its own connection, so that neither async tasks nor the
//! writer wait for disk reads.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use parley_protocol::error::{ApiError, ErrorCode};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::refusal::{refused, storage_failed};
use crate::storage::{OpenError, Storage};

/// Two keep a disk busy; each has a page cache of up to 1 MiB.
const THREADS: usize = 2;

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// Sends queries to the readers. They end when the last handle is dropped.
#[derive(Clone)]
pub(crate) struct Readers(Sender<Job>);

impl Readers {
    pub(crate) fn start(storage: &Storage) -> Result<Self, OpenError> {
        let (sender, receiver) = channel();
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..THREADS {
            let db = storage.reader()?;
            let receiver = Arc::clone(&receiver);
            std::thread::Builder::new()
                .name("reader".to_owned())
                .spawn(move || work(&db, &receiver))
                .map_err(OpenError::Thread)?;
        }
        Ok(Self(sender))
    }

    /// Runs a query and returns its result.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let (sender, receiver) = oneshot::channel();
        self.run_detached(move |db| {
            let _ = sender.send(query(db));
        });
        match receiver.await {
            Ok(found) => found.map_err(|error| storage_failed(&error)),
            Err(_) => Err(refused(ErrorCode::ShuttingDown)),
        }
    }

    /// Runs a job that delivers its result itself.
    pub(crate) fn run_detached(&self, job: impl FnOnce(&Connection) + Send + 'static) {
        // Without readers the relay is stopping.
        let _ = self.0.send(Box::new(job));
    }
}

fn work(db: &Connection, receiver: &Mutex<Receiver<Job>>) {
    loop {
        let job = receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(job) = job else {
            return;
        };
        job(db);
    }
}
