//! Liveness and readiness probes for the operator's tools.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::app::App;

/// `GET /healthz`: the process responds.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database responds, too.
pub(super) async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    let answer = app
        .readers
        .run(|db| db.query_row("SELECT 1", [], |_| Ok(())));
    match answer.await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not respond\n",
        ),
    }
}
