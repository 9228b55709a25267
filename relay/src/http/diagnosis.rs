//! Looks at requests for the marks of a proxy that is set up wrong, and tells whoever asks how a request arrives:
//! `GET /diagnosis`.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use parley_protocol::error::ErrorCode;
use serde::Serialize;
use tokio::time::timeout;

use super::app::App;
use super::error::Refused;
use super::{forwarded, host, upgrade};
use crate::config::Origin;
use crate::diagnosis::Fault;
use crate::diagnosis::held_back::{pause_of, two_parts};
use crate::server::accept::OverTls;

/// How long one may take to send two words.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a request arrived.
#[derive(Debug, Serialize)]
pub(super) struct Arrival {
    /// `Host` as it arrived. Another one than the page's: a proxy replaced it.
    host: Option<String>,
    /// Whether the relay takes a page for its own by it: not where it knows its own address, and this is a name of it.
    host_matters: bool,
    /// `HTTP/1.0` is what nginx speaks unless it is told otherwise.
    http: String,
    /// Whether TLS ends at the relay.
    tls: bool,
    /// Whether the other end of the connection is a proxy, as far as the relay can tell.
    proxy: Way,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    /// Nobody passed the request on.
    None,
    /// A trusted proxy did, and said for whom.
    Trusted,
    /// A trusted proxy did, and did not say for whom.
    Silent,
    /// Somebody did who is not trusted.
    Untrusted,
}

/// `GET /diagnosis`: how this very request arrived. Answers under every host, so that a proxy that replaces it can be
/// told by it; it says nothing that is not in the request itself.
pub(super) async fn handle(State(app): State<Arc<App>>, request: Request) -> Json<Arrival> {
    let headers = request.headers();
    let is_trusted = app.proxies.contains(forwarded::peer(request.extensions()));
    let proxy = match (is_trusted, forwarded::was_passed_on(headers)) {
        (true, _) if forwarded::tells_address(headers) => Way::Trusted,
        (true, true) => Way::Silent,
        (true, false) if looks_passed_on(&app, &request) => Way::Silent,
        (false, true) => Way::Untrusted,
        (true | false, false) => Way::None,
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    Json(Arrival {
        host: host.map(str::to_owned),
        host_matters: !(app.origin_is_public && host::is_known(&app, headers)),
        http: format!("{:?}", request.version()),
        tls: request.extensions().get::<OverTls>().is_some(),
        proxy,
    })
}

/// `POST /diagnosis/slowly`: how long the pause in the request was, in milliseconds, and after a pause another line. So
/// whoever asks sees whether a proxy keeps requests or answers back.
pub(super) async fn slowly(request: Request) -> Result<impl IntoResponse, Refused> {
    let came = timeout(PATIENCE, pause_of(request.into_body())).await;
    let Ok(Some((_, pause))) = came else {
        return Err(ErrorCode::Malformed.into());
    };
    let text = format!("{}\n", pause.as_millis());
    let plain = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((plain, Body::from_stream(two_parts(text))))
}

/// Looks at every request.
pub(super) async fn watch(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if let Some(fault) = about_addresses(&app, &request) {
        app.backend.diagnosis.meet(fault, app.now());
    }
    next.run(request).await
}

/// Whether a proxy hides the addresses of clients, or tells them in vain.
fn about_addresses(app: &App, request: &Request) -> Option<Fault> {
    let headers = request.headers();
    if !app.proxies.contains(forwarded::peer(request.extensions())) {
        // Where TLS ends here, there is no proxy that could add headers: they are forged, and mean nothing.
        let is_direct = request.extensions().get::<OverTls>().is_some();
        let claims = forwarded::tells_address(headers) && !is_direct;
        return claims.then_some(Fault::ProxyNotTrusted);
    }
    let is_hidden = !forwarded::tells_address(headers) && looks_passed_on(app, request);
    is_hidden.then_some(Fault::AddressesHidden)
}

/// Whether a request that says nothing of a proxy came by one: an operator's own tools on this machine ask for
/// another host than people do, and by HTTP/1.1.
fn looks_passed_on(app: &App, request: &Request) -> bool {
    let headers = request.headers();
    request.version() == Version::HTTP_10
        || forwarded::was_passed_on(headers)
        || (!host::is_literal_or_local(headers))
        || origin(headers).is_some_and(|origin| !origin.is_loopback() && origin == app.origin)
}

/// A request for the socket arrived without what makes it one.
pub(super) fn met_socket(app: &App, headers: &HeaderMap) {
    if upgrade::is_stripped(headers) {
        let now = app.now();
        app.backend.diagnosis.meet(Fault::UpgradeStripped, now);
    }
}

/// A request was refused because of its `Host` or `Origin`: whether that is a proxy's fault, and not another site's
/// doing.
pub(super) fn met_foreign(app: &App, request: &Request) {
    if is_rewritten(app, request) {
        app.backend.diagnosis.meet(Fault::HostRewritten, app.now());
    }
}

fn is_rewritten(app: &App, request: &Request) -> bool {
    let headers = request.headers();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text("sec-fetch-site");
    let came_by_proxy = request.version() == Version::HTTP_10
        || forwarded::was_passed_on(headers)
        || app.proxies.contains(forwarded::peer(request.extensions()));
    let page = origin(headers);
    let host = text(HOST.as_str()).unwrap_or_default();
    let is_another = match (text("x-forwarded-host"), &page) {
        (Some(asked), _) => !asked.eq_ignore_ascii_case(host),
        (None, Some(page)) => !page.has_authority(host),
        // Nothing says what was asked for: only that this is not a name of the relay.
        (None, None) => return came_by_proxy && site != Some("cross-site"),
    };
    let is_ours = app.origin_is_public && page.as_ref() == Some(&app.origin);
    // A browser says itself that a page asks its own site; no page can make it say so.
    let is_own_site = site.map_or(came_by_proxy, |site| site == "same-origin");
    is_another && (is_ours || is_own_site)
}

fn origin(headers: &HeaderMap) -> Option<Origin> {
    headers.get(ORIGIN)?.to_str().ok()?.parse().ok()
}
