//! Whether the relay lives, whether it can work, and what it has done, for the operator's own tools.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::App;

/// `GET /healthz`: the process answers.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers, too.
pub(super) async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    let answer = app
        .readers
        .run(|db| db.query_row("SELECT 1", [], |_| Ok(())));
    match answer.await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer\n",
        ),
    }
}

/// `GET /metrics`: counters in Prometheus' text format.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> String {
    let mut text = String::new();
    for (name, kind, help, value) in app.shared.metrics.all() {
        let _ = write!(
            text,
            "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"
        );
    }
    text
}
