//! Checks the `Host` of requests once a public URL is configured. Otherwise a foreign site could let its host name
//! resolve to this address (DNS rebinding), and read as its own origin what this machine or network may see.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Response};
use parley_protocol::error::{ApiError, ErrorCode};

use super::app::App;
use super::error::Refused;
use super::{diagnosis, host};
use crate::config::Origin;

/// Refuses requests for a host that is not the relay's.
pub(super) async fn known(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Result<Response, Refused> {
    if app.origin_is_public && !host::is_known(&app, request.headers()) {
        tracing::debug!("request refused: unknown host");
        diagnosis::met_foreign(&app, &request);
        if wants_page(request.headers()) {
            return Ok((StatusCode::FORBIDDEN, Html(page(&app.origin))).into_response());
        }
        let message = format!(
            "this relay is at {}; a proxy in front must forward the Host header",
            app.origin
        );
        return Err(ApiError::new(ErrorCode::ForeignOrigin, message).into());
    }
    Ok(next.run(request).await)
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

/// What a person sees who comes under another name, or by a proxy that replaces it.
fn page(ours: &Origin) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width\"><title>Parley</title>\
<h1>This community is at another address</h1><p>It is at <a href=\"{ours}\">{ours}</a>. If that is where you are, the \
web server in front of it changes the address on the way.</p>\
<p>For the host: the web server must forward the Host header (nginx: <code>proxy_set_header Host $host;</code>). The \
relay's log has the lines to add.</p></html>"
    )
}
