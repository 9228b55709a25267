//! `POST /upload`: the bytes of one blob, whose hash the header `Parley-Blob` names. They go to the disk as they come;
//! whatever ends early leaves nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::files::BLOB_HEADER;
use parley_protocol::keys::Hash;
use parley_protocol::limits::MAX_BLOB_BYTES;
use serde::Serialize;
use tokio::time::Instant;

use super::Asker;
use crate::auth::quota::Kind;
use crate::blobs::files::Incoming;
use crate::blobs::slots::MemberSlot;
use crate::command::blob_size;
use crate::http::app::App;
use crate::http::body::UnreadBody;
use crate::http::error::Refused;
use crate::metrics::Metrics;
use crate::storage::blobs;

/// Time for a body to start.
const GRACE: Duration = Duration::from_secs(10);
/// Minimum speed of a body. Faster shuts out slow connections; slower lets a few members hold every slot.
const BYTES_A_SECOND: u64 = 4 * 1024;
/// Bytes that are written at once. Larger: more memory for each upload. Smaller: more changes of threads.
const PIECE: usize = 128 * 1024;

#[derive(Serialize)]
pub(in crate::http) struct Stored {}

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    mut body: UnreadBody,
) -> Result<Json<Stored>, Refused> {
    match receive(&app, &headers, &mut body).await {
        Ok(()) => Ok(Json(Stored {})),
        Err(refused) => {
            // The client reads an answer only once it has sent everything.
            body.discard(MAX_BLOB_BYTES).await;
            Err(refused)
        }
    }
}

async fn receive(app: &App, headers: &HeaderMap, body: &mut UnreadBody) -> Result<(), Refused> {
    let asker = super::admit(app, headers).await?;
    let hash = hash(headers)?;
    // Without a length it may be any.
    let announced = match body.announced() {
        0 => MAX_BLOB_BYTES,
        announced => announced,
    };
    if announced > MAX_BLOB_BYTES {
        return Err(ErrorCode::TooLarge.into());
    }
    let _slot = enter(app, asker, announced).await?;
    let incoming = app.blobs.work(move |files| files.begin(announced)).await?;
    let incoming = pour(app, body, incoming).await?;
    if incoming.bytes() == 0 {
        return Err(ErrorCode::Malformed.into());
    }
    if incoming.hash() != hash {
        return Err(ErrorCode::BlobMismatch.into());
    }
    app.blobs.keep(incoming, hash, asker.device).await?;
    Metrics::add(&app.shared().metrics.uploads, 1);
    Ok(())
}

fn hash(headers: &HeaderMap) -> Result<Hash, ErrorCode> {
    headers
        .get(BLOB_HEADER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse().ok())
        .ok_or(ErrorCode::Malformed)
}

/// What would be refused in the end is refused before it is read, as far as its length is known.
async fn enter(app: &App, asker: Asker, announced: u64) -> Result<MemberSlot, Refused> {
    let Asker { user, .. } = asker;
    let slot = app.blobs.upload_slot(user)?;
    let quotas = &app.shared().quotas;
    quotas.take(user, &[(Kind::Uploads, 1)], app.now())?;
    let found = app
        .readers
        .run(move |db| Ok((blobs::used(db, &user)?, blobs::total(db)?)));
    let (used, total) = found.await?;
    let terms = app.blobs.terms;
    let size = blob_size(announced);
    if used.saturating_add(size) > terms.per_member {
        let quota = terms.per_member;
        return Err(ErrorCode::BlobQuota { used, quota }.into());
    }
    if total.bytes.saturating_add(size) > terms.in_all {
        return Err(ErrorCode::DiskFull.into());
    }
    Ok(slot)
}

async fn pour(
    app: &App,
    body: &mut UnreadBody,
    mut incoming: Incoming,
) -> Result<Incoming, ApiError> {
    let refused = crate::refusal::refused;
    let began = Instant::now();
    let mut received = 0_u64;
    let mut piece = Vec::with_capacity(PIECE);
    loop {
        let end = began + GRACE + Duration::from_secs(received / BYTES_A_SECOND);
        let next = body.next(end).await.map_err(refused)?;
        let bytes = next.as_ref().map_or(0, Bytes::len);
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        received = received.saturating_add(bytes);
        if received > MAX_BLOB_BYTES {
            return Err(refused(ErrorCode::TooLarge));
        }
        let is_last = next.is_none();
        piece.extend_from_slice(next.as_deref().unwrap_or_default());
        if is_last || piece.len() >= PIECE {
            (incoming, piece) = app.blobs.work(|_| write(incoming, piece)).await?;
        }
        if is_last {
            return Ok(incoming);
        }
    }
}

fn write(mut incoming: Incoming, mut piece: Vec<u8>) -> std::io::Result<(Incoming, Vec<u8>)> {
    incoming.write(&piece)?;
    piece.clear();
    Ok((incoming, piece))
}
