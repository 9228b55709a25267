//! `GET /metrics`: counters in Prometheus' text format, for the operator only, since they show how much the
//! community writes and when.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Request, State};
use parley_protocol::error::ErrorCode;

use super::app::App;
use super::error::Refused;
use super::{forwarded, host, visitor};
use crate::backup::Status;
use crate::config::MetricsAccess;
use crate::server::accept::Peer;
use crate::shared::Counter;
use crate::turn::TurnStats;

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<String, Refused> {
    match &app.metrics {
        MetricsAccess::Anybody => {}
        MetricsAccess::Bearer(token) => {
            let given = visitor::bearer(request.headers()).ok_or(ErrorCode::NotAuthenticated)?;
            if !token.is(given) {
                return Err(ErrorCode::NotAuthenticated.into());
            }
        }
        MetricsAccess::Loopback => {
            if !is_from_this_machine(&app, &request) {
                return Err(ErrorCode::NotPermitted.into());
            }
        }
    }
    Ok(text(&app))
}

/// Whether the client is on this machine. Behind a proxy every peer seems to be, so then the answer is no;
/// forwarding headers reveal a proxy that was not configured. The host must be loopback or an IP address, or else a
/// browser on this machine could be made to read the metrics for a foreign site.
fn is_from_this_machine(app: &App, request: &Request) -> bool {
    let peer = request.extensions().get::<Peer>();
    let is_loopback = peer.is_some_and(|Peer(peer)| peer.ip().to_canonical().is_loopback());
    let is_tls_elsewhere = app.origin.is_https() && !app.tls.is_on();
    let has_proxy =
        !app.proxies.is_empty() || is_tls_elsewhere || forwarded::was_passed_on(request.headers());
    is_loopback && !has_proxy && host::is_literal_or_local(request.headers())
}

fn text(app: &App) -> String {
    let mut text = String::new();
    let turn = app.turn.upgrade().map(|turn| turn.stats());
    let counters = app.shared().metrics.all().into_iter();
    let turn = turn.into_iter().flat_map(of_turn);
    let backups = of_backups(&app.backups.now());
    for (name, kind, help, value) in counters.chain(turn).chain(backups) {
        let _ = write!(
            text,
            "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"
        );
    }
    text
}

/// Nothing where no backup was made or tried.
fn of_backups(status: &Status) -> Vec<Counter> {
    let mut all = Vec::new();
    if let Some(last) = &status.last {
        all.extend([
            (
                "parley_backup_last_success_seconds",
                "gauge",
                "When the last backup was begun that was made, in seconds since 1970.",
                last.at / 1000,
            ),
            (
                "parley_backup_last_duration_milliseconds",
                "gauge",
                "How long it took.",
                last.took,
            ),
            (
                "parley_backup_last_bytes",
                "gauge",
                "Bytes of the database and the blobs in it.",
                last.database_bytes.saturating_add(last.blob_bytes),
            ),
            (
                "parley_backup_last_sent_bytes",
                "gauge",
                "Bytes that were sent for it.",
                last.sent_bytes,
            ),
        ]);
    }
    if status.place.is_some() || status.failed.is_some() {
        let failed = status.failed.as_ref();
        all.push((
            "parley_backup_failures",
            "gauge",
            "Backups that failed since the last one that was made.",
            failed.map_or(0, |failed| u64::from(failed.times)),
        ));
    }
    all
}

fn of_turn(stats: TurnStats) -> [Counter; 4] {
    let allocations = u64::try_from(stats.allocations).unwrap_or(u64::MAX);
    [
        (
            "parley_turn_allocations",
            "gauge",
            "Current TURN allocations.",
            allocations,
        ),
        (
            "parley_turn_packets_total",
            "counter",
            "Packets relayed by TURN.",
            stats.packets_relayed,
        ),
        (
            "parley_turn_bytes_total",
            "counter",
            "Payload bytes relayed by TURN.",
            stats.bytes_relayed,
        ),
        (
            "parley_turn_limited_total",
            "counter",
            "TURN packets dropped and allocations refused because of a limit.",
            stats.dropped_by_limit,
        ),
    ]
}
