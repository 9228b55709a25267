//! Reads every blob once after the start, slowly, and names those whose bytes are not what they were. Removes nothing:
//! a copy of the file may be in a backup.

use std::sync::atomic::Ordering;
use std::time::Duration;

use parley_protocol::error::ApiError;
use parley_protocol::keys::Hash;
use sha2::{Digest as _, Sha256};

use super::files::read_piece;
use super::reconcile::place;
use super::store::BlobStore;
use crate::metrics::Metrics;
use crate::storage::blobs::{self, StoredBlob};

const PAGE: u64 = 100;
/// Read at once, each followed by a pause: 8 MB a second, a few hundredths of a core.
const PIECE: usize = 256 * 1024;
const PAUSE: Duration = Duration::from_millis(32);

pub(crate) async fn run(store: &BlobStore, metrics: &Metrics) -> Result<(), ApiError> {
    let mut last = 0;
    loop {
        let rows = store.readers.run(move |db| blobs::after(db, last, PAGE));
        let rows = rows.await?;
        let Some((_, end)) = rows.last() else {
            return Ok(());
        };
        last = end.number;
        for (hash, blob) in rows {
            if !is_whole(store, hash, blob).await? {
                metrics.blobs_damaged.fetch_add(1, Ordering::Relaxed);
                tracing::error!(
                    file = %place(&hash),
                    "a file of a message is damaged; copy it from a backup into the data folder"
                );
            }
        }
    }
}

/// One that is away or has another length is the business of [`super::reconcile`].
async fn is_whole(store: &BlobStore, hash: Hash, blob: StoredBlob) -> Result<bool, ApiError> {
    let opened = store.work(move |files| files.open(&hash)).await?;
    let Some((mut file, bytes)) = opened else {
        return Ok(true);
    };
    if bytes != blob.bytes {
        return Ok(true);
    }
    let mut hasher = Sha256::new();
    loop {
        let read = store.work(move |_| {
            let piece = read_piece(&mut file, vec![0; PIECE])?;
            hasher.update(&piece);
            Ok((file, hasher, piece.len()))
        });
        let length;
        (file, hasher, length) = read.await?;
        if length < PIECE {
            return Ok(Hash::from_bytes(hasher.finalize().into()) == hash);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
