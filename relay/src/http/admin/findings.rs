//! `GET /admin/findings`: whether the world can reach this relay, as far as the relay can tell. It asks for its own name,
//! opens its own public address, and asks its own STUN; nobody else.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::Millis;
use parley_protocol::admin::FindingsReport;

use super::asks::Administrator;
use crate::doctor::{self, LookedFrom};
use crate::http::app::App;

/// A look takes seconds; whoever asks again before this is over gets the same (ms).
const FRESH: Millis = 10_000;

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Administrator(_): Administrator,
) -> Json<FindingsReport> {
    let mut found = app.noticed.found.lock().await;
    let now = app.now();
    if let Some(report) = &*found
        && now.saturating_sub(report.at) < FRESH
    {
        return Json(report.clone());
    }
    let from = LookedFrom::Relay {
        reached: app.noticed.reached_at().is_some(),
    };
    let (told, data) = (app.noticed.told.clone(), app.noticed.data.clone());
    let facts = doctor::gather(told, &data, from, now).await;
    let report = FindingsReport {
        at: now,
        findings: doctor::findings(&facts),
    };
    Json(found.insert(report).clone())
}
