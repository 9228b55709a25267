//! Recognises WebSocket requests, and those of which a proxy left too little.

use axum::http::header::{CONNECTION, SEC_WEBSOCKET_KEY, UPGRADE};
use axum::http::{HeaderMap, HeaderName};

/// Whether the request asks for a WebSocket (RFC 6455 section 4.2.1).
pub(super) fn is_asked(headers: &HeaderMap) -> bool {
    names(headers, &CONNECTION, "upgrade") && names(headers, &UPGRADE, "websocket")
}

/// Whether a comma-separated header contains this token.
pub(super) fn names(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|token| token.trim().eq_ignore_ascii_case(wanted))
}

/// Called for socket requests without an upgrade. Browsers send `Sec-WebSocket-Key` only together with one, so if the
/// key is there, something in between removed the rest.
pub(super) fn is_stripped(headers: &HeaderMap) -> bool {
    headers.contains_key(SEC_WEBSOCKET_KEY) && !is_asked(headers)
}
