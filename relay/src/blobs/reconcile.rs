//! Compares files and rows once, in the background. A file without a row is removed: its upload was never answered. A
//! row without a file is forgotten if nothing names it; otherwise it stays, because the folder may only be away, and
//! whoever has the bytes can upload them again.

use std::sync::atomic::Ordering;

use parley_protocol::error::ApiError;
use parley_protocol::keys::Hash;

use super::files::FOLDERS;
use super::store::BlobStore;
use crate::command::{Command, ForgetMissing};
use crate::hex::hex;
use crate::metrics::Metrics;
use crate::storage::blobs::{self, StoredBlob};

/// Rows compared at once.
const PAGE: u64 = 500;
/// Missing files that are named. If the folder is away, it is all of them.
const TOLD: u64 = 20;

pub(crate) async fn run(store: &BlobStore, metrics: &Metrics) -> Result<(), ApiError> {
    remove_files_without_a_row(store).await?;
    let missing = find_rows_without_a_file(store).await?;
    metrics.blobs_missing.store(missing, Ordering::Relaxed);
    if missing > 0 {
        tracing::warn!(
            missing,
            "messages name blobs whose files are missing or cut off"
        );
    }
    Ok(())
}

async fn remove_files_without_a_row(store: &BlobStore) -> Result<(), ApiError> {
    for first in FOLDERS {
        let hashes = store.work(move |files| files.beginning_with(first)).await?;
        let unknown = store.readers.run(move |db| {
            let mut unknown = Vec::new();
            for hash in hashes {
                if blobs::find(db, &hash)?.is_none() {
                    unknown.push(hash);
                }
            }
            Ok(unknown)
        });
        for hash in unknown.await? {
            store.tidy(hash).await?;
        }
    }
    Ok(())
}

/// The number of those that something names.
async fn find_rows_without_a_file(store: &BlobStore) -> Result<u64, ApiError> {
    let mut named = 0_u64;
    let mut last = 0;
    loop {
        let rows = store.readers.run(move |db| blobs::after(db, last, PAGE));
        let rows = rows.await?;
        let Some((_, end)) = rows.last() else {
            return Ok(named);
        };
        last = end.number;
        let missing = store.work(move |files| {
            let missing = |(hash, blob): &(Hash, StoredBlob)| !files.has(hash, blob.bytes);
            Ok(rows.into_iter().filter(missing).collect::<Vec<_>>())
        });
        for (hash, blob) in missing.await? {
            let _lock = store.lock(&hash).await;
            // It may have come meanwhile.
            if store
                .work(move |files| Ok(files.has(&hash, blob.bytes)))
                .await?
            {
                continue;
            }
            let forget = Command::ForgetMissing(ForgetMissing { hash });
            if store.core.call(forget).await.is_err() {
                named = named.saturating_add(1);
                if named <= TOLD {
                    tracing::warn!(
                        file = %place(&hash),
                        "a file of a message is missing or cut off; copy it from a backup into the data folder"
                    );
                }
            }
        }
    }
}

/// Where a blob's file is in the data folder.
pub(super) fn place(hash: &Hash) -> String {
    let name = hex(hash.as_bytes());
    let folder = name.get(..2).unwrap_or_default();
    format!("blobs/{folder}/{name}")
}
