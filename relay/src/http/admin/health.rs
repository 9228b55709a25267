//! `GET /admin/health`: how the relay itself is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::admin::{HealthReport, day_of};

use super::asks::Administrator;
use crate::admin::health;
use crate::blobs::files::BlobFiles;
use crate::http::app::App;

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Administrator(_): Administrator,
) -> Json<HealthReport> {
    let ready = app
        .readers
        .run(|db| db.query_row("SELECT 1", [], |_| Ok(())));
    let is_ready = ready.await.is_ok();
    let disk_free = app.blobs.work(BlobFiles::free).await.ok();
    let community = app.shared().community();
    let count = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
    let mut findings = health::findings(&health::Facts {
        is_ready,
        disk_free,
        blob_bytes: app.shared().metrics.blob_bytes(),
        blob_quota: app.blobs.terms.in_all,
        missing_blobs: app.shared().metrics.missing_blobs(),
        damaged_blobs: app.shared().metrics.damaged_blobs(),
        database_damaged: app.shared().metrics.is_database_damaged(),
        faults: app.backend.diagnosis.found(),
    });
    findings.push(health::backups(&app.backups.now(), app.now()));
    Json(HealthReport {
        now: app.now(),
        started_at: app.noticed.started_at,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        origin: app.origin.to_string(),
        is_ready,
        reached_on: app.noticed.reached_at().map(day_of),
        members: community
            .as_ref()
            .map_or(0, |community| count(community.member_count())),
        log_entries: community.map_or(0, |community| community.head().seq),
        outgoing_hosts: app.outgoing_hosts.clone(),
        findings,
    })
}
