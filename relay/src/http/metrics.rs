//! `GET /metrics`: counters in Prometheus' text format, for the operator only, since they show how much the
//! community writes and when.

use std::sync::Arc;

use axum::extract::{Request, State};
use parley_protocol::community::Community;
use parley_protocol::error::ErrorCode;

use super::app::App;
use super::error::Refused;
use super::{forwarded, host, visitor};
use crate::backup::{Done, Status};
use crate::config::MetricsAccess;
use crate::metrics::{self, Kind, Page};
use crate::server::accept::Peer;
use crate::storage::waiting;
use crate::turn::TurnStats;

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<String, Refused> {
    if app.metrics_apart {
        return Err(ErrorCode::NotPermitted.into());
    }
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
    Ok(text(&app).await)
}

/// The same on an address of its own: whoever reaches it may read, unless a token is set. On this machine, the host must
/// be its own: otherwise a foreign site could have its name resolve to it.
pub(super) async fn apart(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<String, Refused> {
    if let MetricsAccess::Bearer(token) = &app.metrics {
        let given = visitor::bearer(request.headers()).ok_or(ErrorCode::NotAuthenticated)?;
        if !token.is(given) {
            return Err(ErrorCode::NotAuthenticated.into());
        }
    } else {
        let peer = request.extensions().get::<Peer>();
        let is_loopback = peer.is_some_and(|Peer(peer)| peer.ip().to_canonical().is_loopback());
        if is_loopback && !host::is_literal_or_local(request.headers()) {
            return Err(ErrorCode::NotPermitted.into());
        }
    }
    Ok(text(&app).await)
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

/// All figures.
pub(super) async fn text(app: &App) -> String {
    let mut page = Page::default();
    let help = "Always 1; the label is the version of the relay.";
    let version = concat!("version=\"", env!("CARGO_PKG_VERSION"), "\"");
    page.many("parley_build_info", Kind::Gauge, help, [(version, 1)]);
    app.shared().metrics.write(&mut page);
    let help = "Inputs that wait for the core; senders are slowed down at 1024.";
    let depth = app.core().waiting();
    page.one("parley_core_queue_depth", Kind::Gauge, help, depth);
    of_community(app, &mut page);
    of_turn(app.turn.upgrade().map(|turn| turn.stats()), &mut page);
    of_storage(app, &mut page).await;
    of_backups(&app.backups.now(), &mut page);
    metrics::write_process(&mut page, app.noticed.started_at / 1000);
    page.into_text()
}

fn of_community(app: &App, page: &mut Page) {
    let community = app.shared().community();
    let active = |community: &Community| {
        let members = community.members().iter();
        members.filter(|(_, member)| member.is_active()).count()
    };
    let members = community.as_deref().map_or(0, active);
    page.one("parley_members", Kind::Gauge, "Members.", members);
}

fn of_backups(status: &Status, page: &mut Page) {
    let last = status.last.as_ref();
    let figure = |of: fn(&Done) -> u64| last.map_or(0, of);
    for (name, help, value) in [
        (
            "parley_backup_last_success_seconds",
            "When the last backup was begun that was made, in seconds since 1970; 0 if there is none.",
            figure(|last| last.at / 1000),
        ),
        (
            "parley_backup_last_duration_milliseconds",
            "How long it took.",
            figure(|last| last.took),
        ),
        (
            "parley_backup_last_bytes",
            "Bytes of the database and the blobs in it.",
            figure(|last| last.database_bytes.saturating_add(last.blob_bytes)),
        ),
        (
            "parley_backup_last_sent_bytes",
            "Bytes that were sent for it.",
            figure(|last| last.sent_bytes),
        ),
        (
            "parley_backup_failures",
            "Backups that failed since the last one that was made.",
            status
                .failed
                .as_ref()
                .map_or(0, |failed| u64::from(failed.times)),
        ),
    ] {
        page.one(name, Kind::Gauge, help, value);
    }
}

fn of_turn(stats: Option<TurnStats>, page: &mut Page) {
    let stats = stats.unwrap_or_default();
    let allocations = stats.allocations;
    page.one(
        "parley_turn_allocations",
        Kind::Gauge,
        "Current TURN allocations.",
        allocations,
    );
    for (name, help, value) in [
        (
            "parley_turn_packets_total",
            "Packets relayed by TURN.",
            stats.packets_relayed,
        ),
        (
            "parley_turn_bytes_total",
            "Payload bytes relayed by TURN.",
            stats.bytes_relayed,
        ),
        (
            "parley_turn_limited_total",
            "TURN packets dropped and allocations refused because of a limit.",
            stats.dropped_by_limit,
        ),
        (
            "parley_turn_dropped_total",
            "TURN packets dropped because a client or a socket was too slow.",
            stats.dropped_at_socket,
        ),
    ] {
        page.one(name, Kind::Counter, help, value);
    }
}

async fn of_storage(app: &App, page: &mut Page) {
    let now = app.now();
    if let Ok(found) = app.readers.run(waiting::waiting).await {
        let age = found.oldest.map_or(0, |at| now.saturating_sub(at) / 1_000);
        page.one(
            "parley_mailbox_oldest_seconds",
            Kind::Gauge,
            "Age of the oldest to-device message that nobody has fetched.",
            age,
        );
        page.one(
            "parley_mailbox_bytes",
            Kind::Gauge,
            "Bytes of the to-device messages that nobody has fetched.",
            found.bytes,
        );
    }
    let figures = app.readiness.figures();
    for (name, help, value) in [
        (
            "parley_database_bytes",
            "Size of the database, its journal included.",
            figures.database_bytes,
        ),
        (
            "parley_disk_free_bytes",
            "Bytes that the relay may still write to the disk of its data folder.",
            figures.disk_free,
        ),
    ] {
        page.one(name, Kind::Gauge, help, value);
    }
}
