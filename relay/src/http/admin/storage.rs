//! `GET /admin/storage`: what takes room at the relay.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::admin::StorageReport;

use super::asks::Administrator;
use crate::admin::storage;
use crate::blobs::files::BlobFiles;
use crate::http::app::App;
use crate::http::error::Refused;

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Administrator(_): Administrator,
) -> Result<Json<StorageReport>, Refused> {
    let free = app.blobs.work(BlobFiles::free).await.ok();
    let terms = app.blobs.terms;
    let mut report = app
        .readers
        .run(move |db| storage::report(db, terms, free))
        .await?;
    if let Some(community) = app.shared().community() {
        storage::name(&mut report, &community);
    }
    Ok(Json(report))
}
