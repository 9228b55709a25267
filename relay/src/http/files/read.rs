//! `GET` and `HEAD` of `/files/{hash}`: a blob, for those who may read it. To everybody else it is not there.

use std::fs::File;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::keys::Hash;

use super::Asker;
use crate::auth::quota::Kind;
use crate::blobs::files::read_piece;
use crate::blobs::slots::MemberSlot;
use crate::blobs::store::BlobStore;
use crate::http::app::App;
use crate::http::error::Refused;
use crate::metrics::Metrics;
use crate::storage::blobs::{self, StoredBlob};

/// Bytes that are read at once. Larger: more memory for each download. Smaller: more changes of threads.
const PIECE: u64 = 64 * 1024;

/// A blob never changes, and is nobody's but the reader's. Whatever it holds, it is no page: it is saved, has no type
/// that a browser would show, and would run nothing.
const HEADERS: [(axum::http::HeaderName, HeaderValue); 4] = [
    (
        CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    ),
    (
        CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"blob\""),
    ),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'"),
    ),
    (
        CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=31536000, immutable"),
    ),
];

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let (asker, hash, blob) = find(&app, &headers, &hash).await?;
    let slot = app.blobs.download_slot(asker.user)?;
    let opened = app.blobs.work(move |files| files.open(&hash)).await?;
    let (file, _) = opened
        .filter(|(_, bytes)| *bytes == blob.bytes)
        .ok_or_else(|| {
            tracing::warn!("a blob has no file");
            ErrorCode::UnknownBlob { blob: hash }
        })?;
    Metrics::add(&app.shared().metrics.downloads, 1);
    let reading = Reading {
        file,
        left: blob.bytes,
        store: Arc::clone(&app.blobs),
        _slot: slot,
    };
    let mut response = Response::new(Body::from_stream(stream::try_unfold(reading, next)));
    let headers = response.headers_mut();
    headers.extend(HEADERS);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(blob.bytes));
    Ok(response)
}

/// Whether the relay has the blob already, for somebody who goes on with an upload.
pub(in crate::http) async fn head(
    State(app): State<Arc<App>>,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    find(&app, &headers, &hash).await?;
    Ok(StatusCode::OK.into_response())
}

async fn find(
    app: &App,
    headers: &HeaderMap,
    hash: &str,
) -> Result<(Asker, Hash, StoredBlob), Refused> {
    let asker = super::admit(app, headers).await?;
    let hash: Hash = hash.parse().map_err(|_| ErrorCode::Malformed)?;
    let quotas = &app.shared().quotas;
    quotas.take(asker.user, &[(Kind::BlobReads, 1)], app.now())?;
    // Not the community itself: held while the disk is read, the next entry would have to copy it.
    let channels = super::readable(app, &asker.user)?;
    let found = app
        .readers
        .run(move |db| blobs::readable(db, &channels, &asker.user, &hash));
    let blob = found.await?.ok_or(ErrorCode::UnknownBlob { blob: hash })?;
    Ok((asker, hash, blob))
}

struct Reading {
    file: File,
    left: u64,
    store: Arc<BlobStore>,
    _slot: MemberSlot,
}

async fn next(mut reading: Reading) -> Result<Option<(Bytes, Reading)>, ApiError> {
    if reading.left == 0 {
        return Ok(None);
    }
    let wanted = usize::try_from(reading.left.min(PIECE)).unwrap_or(usize::MAX);
    let store = Arc::clone(&reading.store);
    let read = store.work(move |_| {
        let piece = read_piece(&mut reading.file, vec![0; wanted])?;
        Ok((piece, reading))
    });
    let (piece, mut reading) = read.await?;
    if piece.len() < wanted {
        // The connection is cut, so that nobody takes the beginning for the whole.
        return Err(crate::refusal::refused(ErrorCode::StorageFailed));
    }
    let bytes = u64::try_from(piece.len()).unwrap_or(u64::MAX);
    reading.left = reading.left.saturating_sub(bytes);
    Ok(Some((Bytes::from(piece), reading)))
}
