//! `GET /admin/findings`: whether the world can reach this relay, as far as the relay can tell.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::admin::FindingsReport;

use super::asks::Administrator;
use crate::doctor::{self, facts::Facts};
use crate::http::app::App;

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Administrator(_): Administrator,
) -> Json<FindingsReport> {
    let facts = Facts {
        told: app.admin.told.clone(),
    };
    Json(FindingsReport {
        at: app.now(),
        findings: doctor::findings(&facts),
    })
}
