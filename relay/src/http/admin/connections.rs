//! `GET /admin/connections`: how much is going on. Counts only: who is connected is the members' own to show.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Json;
use axum::extract::State;
use parley_protocol::admin::{ConnectionsReport, TurnReport};

use super::asks::Administrator;
use crate::http::app::App;

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Administrator(_): Administrator,
) -> Json<ConnectionsReport> {
    let metrics = &app.shared().metrics;
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let (calls, in_calls) = app.shared().calls.size();
    let turn = app.turn.upgrade().map(|turn| turn.stats());
    Json(ConnectionsReport {
        now: app.now(),
        started_at: app.noticed.started_at,
        connections: read(&metrics.connections),
        calls,
        in_calls,
        frames_in: read(&metrics.frames_in),
        frames_out: read(&metrics.frames_out),
        commands: read(&metrics.commands),
        slow_readers: read(&metrics.slow_readers),
        uploads: read(&metrics.uploads),
        downloads: read(&metrics.downloads),
        turn: turn.map(|stats| TurnReport {
            allocations: u64::try_from(stats.allocations).unwrap_or(u64::MAX),
            bytes: stats.bytes_relayed,
            limited: stats.dropped_by_limit,
        }),
    })
}
