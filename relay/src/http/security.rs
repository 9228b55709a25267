//! Security headers of every response.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

use super::app::App;

const FIXED: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    (
        "permissions-policy",
        "microphone=(self), camera=(self), geolocation=(), payment=(), usb=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

pub(super) async fn headers(State(app): State<Arc<App>>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    // What people send has a stricter one.
    if !headers.contains_key(CONTENT_SECURITY_POLICY)
        && let Ok(policy) = content_security_policy(&app.origin.socket()).parse()
    {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if !app.proxies.is_empty() {
        // nginx hands on what it gets at once, and keeps no files on its disk.
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    }
    if app.origin.is_https() {
        headers.insert(
            "strict-transport-security",
            HeaderValue::from_static("max-age=63072000"),
        );
    }
    response
}

/// Everything is loaded from the same origin, and no code is made from strings. A frame is only where a download begins:
/// no page of the relay lets itself be framed. `'self'` should include the socket,
/// but not every browser agrees.
fn content_security_policy(socket: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self' {socket}; \
         worker-src 'self'; manifest-src 'self'; media-src 'self' blob:; frame-src 'self'; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types default"
    )
}
