//! A task that removes the files of blobs that nobody holds any more, and at the start what a crash left behind.

use std::sync::Arc;

use parley_protocol::error::ApiError;

use super::store::BlobStore;
use super::{reconcile, scrub};
use crate::command::{Command, ForgetGone};
use crate::shared::Shared;
use crate::storage::blobs;

/// Files removed before they are noted as gone, in one command.
const AT_ONCE: u32 = 100;

/// Runs until it is aborted.
pub(crate) async fn run(store: Arc<BlobStore>, shared: Arc<Shared>) {
    if let Err(error) = reconcile::run(&store, &shared.metrics).await {
        tracing::warn!(%error, "blobs could not be compared with the database");
    }
    tokio::join!(check(&store, &shared), remove(&store, &shared));
}

async fn check(store: &BlobStore, shared: &Shared) {
    if let Err(error) = scrub::run(store, &shared.metrics).await {
        tracing::warn!(%error, "the files of blobs could not be checked");
    }
}

async fn remove(store: &BlobStore, shared: &Shared) {
    loop {
        if let Err(error) = remove_gone(store).await {
            tracing::warn!(%error, "files of deleted blobs could not be removed yet");
        }
        shared.blobs_gone.notified().await;
    }
}

async fn remove_gone(store: &BlobStore) -> Result<(), ApiError> {
    loop {
        let hashes = store.readers.run(|db| blobs::gone(db, AT_ONCE)).await?;
        if hashes.is_empty() {
            return Ok(());
        }
        for hash in &hashes {
            store.tidy(*hash).await?;
        }
        let removed = Command::ForgetGone(ForgetGone { hashes });
        store.core.call(removed).await?;
    }
}
