//! What plain HTTP gets on a port that speaks TLS: the page about trusting the relay, and for everything else the way
//! to the same page by HTTPS. Never to another host than the one that was asked, or the relay's own.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{HOST, LOCATION};
use axum::http::uri::Authority;
use axum::http::{Method, StatusCode};
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse as _, Response};

use super::app::App;
use super::{host, security, trust};

/// The routes of plain HTTP.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .merge(trust::routes())
        .fallback(redirect)
        .layer(map_response_with_state(Arc::clone(&app), security::headers))
        .with_state(app)
}

/// What was sent in the clear is not sent on: only requests that read are.
async fn redirect(State(app): State<Arc<App>>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return (StatusCode::FORBIDDEN, "This address speaks HTTPS only.\n").into_response();
    }
    let Some(target) = target(&app, &request) else {
        return (StatusCode::MISDIRECTED_REQUEST, "No such host here.\n").into_response();
    };
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, target)]).into_response()
}

fn target(app: &App, request: &Request) -> Option<String> {
    let asked = request.headers().get(HOST)?.to_str().ok()?;
    let path = request.uri().path_and_query().map_or("/", |it| it.as_str());
    // A path that is no path, such as `*`, would be part of the host.
    let path = if path.starts_with('/') { path } else { "/" };
    if app.origin_is_public && !host::is_literal_or_local(request.headers()) {
        return host::is_ours(asked, &app.origin, false).then(|| format!("{}{path}", app.origin));
    }
    let asked: Authority = asked.parse().ok()?;
    let has_user = asked.as_str().contains('@');
    (!has_user).then(|| format!("https://{asked}{path}"))
}
