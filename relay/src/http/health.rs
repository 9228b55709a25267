//! Whether the relay lives, whether it can work, and what it has done, for the operator's own tools.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::App;
use crate::shared::Counter;
use crate::turn::TurnStats;

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
    let turn = app.turn.upgrade().map(|turn| turn.stats());
    let counters = app.shared.metrics.all().into_iter();
    for (name, kind, help, value) in counters.chain(turn.into_iter().flat_map(of_turn)) {
        let _ = write!(
            text,
            "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"
        );
    }
    text
}

fn of_turn(stats: TurnStats) -> [Counter; 4] {
    let allocations = u64::try_from(stats.allocations).unwrap_or(u64::MAX);
    [
        (
            "parley_turn_allocations",
            "gauge",
            "TURN allocations now.",
            allocations,
        ),
        (
            "parley_turn_packets_total",
            "counter",
            "Packets relayed between callers.",
            stats.packets_relayed,
        ),
        (
            "parley_turn_bytes_total",
            "counter",
            "Payload bytes relayed between callers.",
            stats.bytes_relayed,
        ),
        (
            "parley_turn_limited_total",
            "counter",
            "Packets and allocations refused because of a limit.",
            stats.dropped_by_limit,
        ),
    ]
}
