//! Liveness and readiness probes for the operator's tools.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::app::App;

/// `GET /healthz`: the process responds.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the core takes changes, the database is written, and the disk has room. Otherwise a line for each
/// that does not.
pub(super) async fn ready(State(app): State<Arc<App>>) -> (StatusCode, String) {
    let now = app.now();
    let troubles = app.readiness.look(app.core(), &app.readers, now).await;
    if troubles.is_empty() {
        return (StatusCode::OK, "ready\n".to_owned());
    }
    let lines = troubles.iter().map(|trouble| format!("{trouble}\n"));
    (StatusCode::SERVICE_UNAVAILABLE, lines.collect())
}
