//! Blobs for async tasks: disk work on a few blocking threads, one change of a blob's file at a time, and the way of
//! an upload from its last byte to its row.

use std::io;
use std::sync::Arc;

use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::keys::Hash;
use tokio::sync::{Mutex, MutexGuard, Semaphore};

use super::files::{BlobFiles, Incoming};
use super::slots::{MemberSlot, MemberSlots};
use crate::clock::Clock;
use crate::command::{Command, RecordBlob};
use crate::file_terms::FileTerms;
use crate::refusal::refused;
use crate::server::core_thread::CoreHandle;
use crate::server::readers::Readers;
use crate::storage::blobs;

/// Disk jobs at a time. More keeps a fast disk busier, and takes a thread each.
const AT_ONCE: usize = 4;
/// Locks, each for the hashes of some first bytes.
const LOCKS: usize = 64;
/// Uploads at a time, with up to 200 KiB of memory each.
const UPLOADS: usize = 64;
/// Two devices that send three each, as the client does.
const UPLOADS_PER_MEMBER: usize = 6;
/// Downloads at a time, with up to 100 KiB of memory each.
const DOWNLOADS: usize = 256;
const DOWNLOADS_PER_MEMBER: usize = 16;

pub(crate) struct BlobStore {
    files: Arc<BlobFiles>,
    pub(crate) readers: Readers,
    pub(crate) core: CoreHandle,
    pub(crate) terms: FileTerms,
    clock: Arc<dyn Clock>,
    locks: [Mutex<()>; LOCKS],
    working: Semaphore,
    uploads: Arc<MemberSlots>,
    downloads: Arc<MemberSlots>,
}

impl BlobStore {
    pub(crate) fn new(
        files: BlobFiles,
        readers: Readers,
        core: CoreHandle,
        clock: Arc<dyn Clock>,
        terms: FileTerms,
    ) -> Self {
        Self {
            files: Arc::new(files),
            readers,
            core,
            terms,
            clock,
            locks: std::array::from_fn(|_| Mutex::default()),
            working: Semaphore::new(AT_ONCE),
            uploads: MemberSlots::new(UPLOADS, UPLOADS_PER_MEMBER),
            downloads: MemberSlots::new(DOWNLOADS, DOWNLOADS_PER_MEMBER),
        }
    }

    pub(crate) fn upload_slot(&self, member: UserId) -> Result<MemberSlot, ErrorCode> {
        self.uploads.take(member)
    }

    pub(crate) fn download_slot(&self, member: UserId) -> Result<MemberSlot, ErrorCode> {
        self.downloads.take(member)
    }

    /// Runs disk work on a blocking thread, a few at a time.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&BlobFiles) -> io::Result<T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let internal = || refused(ErrorCode::Internal);
        let _permit = self.working.acquire().await.map_err(|_| internal())?;
        let files = Arc::clone(&self.files);
        let done = tokio::task::spawn_blocking(move || work(&files));
        let done = done.await.map_err(|_| internal())?;
        done.map_err(|error| disk_failed(&error))
    }

    /// Makes an upload whose hash was checked durable, and records it. Goes on when the request is dropped, so that
    /// a file never stays without a row.
    pub(crate) async fn keep(
        self: &Arc<Self>,
        incoming: Incoming,
        hash: Hash,
        by: DeviceId,
    ) -> Result<(), ApiError> {
        let store = Arc::clone(self);
        let kept = tokio::spawn(async move { store.place(incoming, hash, by).await });
        kept.await
            .unwrap_or_else(|_| Err(refused(ErrorCode::Internal)))
    }

    async fn place(&self, incoming: Incoming, hash: Hash, by: DeviceId) -> Result<(), ApiError> {
        let bytes = incoming.bytes();
        // Outside of the lock, since it takes longest.
        let incoming = self
            .work(move |files| files.sync(&incoming).map(|()| incoming))
            .await?;
        let _lock = self.lock(&hash).await;
        let placed = self.work(move |files| files.place(incoming, &hash)).await;
        let recorded = match placed {
            Ok(()) => {
                let command = Command::RecordBlob(RecordBlob {
                    by,
                    at: self.clock.now(),
                    hash,
                    bytes,
                    terms: self.terms,
                });
                self.core.call(command).await.map(|_| ())
            }
            Err(error) => Err(error),
        };
        if recorded.is_err() {
            self.remove_unknown(hash).await?;
        }
        recorded
    }

    /// Removes a file if it has no row.
    pub(crate) async fn tidy(&self, hash: Hash) -> Result<(), ApiError> {
        let _lock = self.lock(&hash).await;
        self.remove_unknown(hash).await
    }

    /// Under the lock of the hash.
    async fn remove_unknown(&self, hash: Hash) -> Result<(), ApiError> {
        let known = self.readers.run(move |db| blobs::find(db, &hash)).await?;
        match known {
            Some(_) => Ok(()),
            None => self.work(move |files| files.remove(&hash)).await,
        }
    }

    pub(crate) async fn lock(&self, hash: &Hash) -> MutexGuard<'_, ()> {
        let [first, ..] = hash.as_bytes();
        let number = usize::from(*first) % LOCKS;
        // The remainder is a place in the array.
        #[expect(clippy::indexing_slicing, reason = "the remainder is below the length")]
        self.locks[number].lock().await
    }
}

/// What a failing disk means to whoever sent something.
pub(crate) fn disk_failed(error: &io::Error) -> ApiError {
    let is_full = matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    );
    if is_full {
        tracing::warn!("no room for files: the disk is full");
        return refused(ErrorCode::DiskFull);
    }
    tracing::error!(%error, "a file of a blob failed");
    refused(ErrorCode::StorageFailed)
}
