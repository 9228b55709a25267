//! Whether a request asks for a WebSocket, and a word to the operator when a proxy in front takes that out.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::header::{CONNECTION, SEC_WEBSOCKET_KEY, UPGRADE};
use axum::http::{HeaderMap, HeaderName};
use parley_protocol::Millis;

/// Every page that cannot connect tries again and again: once an hour says it, too.
const SAY_AGAIN: Millis = 60 * 60 * 1000;

/// Whether the connection is to become a WebSocket (RFC 6455 section 4.2.1).
pub(super) fn is_asked(headers: &HeaderMap) -> bool {
    names(headers, &CONNECTION, "upgrade") && names(headers, &UPGRADE, "websocket")
}

/// Whether a header's list has this token.
pub(super) fn names(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|token| token.trim().eq_ignore_ascii_case(wanted))
}

/// Remembers when the operator was told.
#[derive(Debug, Default)]
pub(super) struct Watch {
    quiet_until: AtomicU64,
}

impl Watch {
    /// A request for the socket came without an upgrade. A browser sends the key only together with one, so
    /// where the key is left, something between removed the rest.
    pub(super) fn missing(&self, headers: &HeaderMap, now: Millis) {
        if headers.contains_key(SEC_WEBSOCKET_KEY) && self.may_say(now) {
            tracing::warn!(
                "a WebSocket was asked for, but the proxy in front removed `Upgrade` and `Connection`, so nobody \
                 can connect. nginx needs, in the location of the relay: `proxy_http_version 1.1; \
                 proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";`. Caddy's \
                 `reverse_proxy` passes them by itself, unless `header_up -Upgrade` or `-Connection` removes them. \
                 Apache needs `ProxyPass` with `upgrade=websocket`"
            );
        }
    }

    fn may_say(&self, now: Millis) -> bool {
        let next = |quiet_until| (now >= quiet_until).then(|| now.saturating_add(SAY_AGAIN));
        self.quiet_until
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_once_an_hour() {
        let watch = Watch::default();
        assert!(watch.may_say(1000));
        assert!(!watch.may_say(1001));
        assert!(!watch.may_say(1000 + SAY_AGAIN - 1));
        assert!(watch.may_say(1000 + SAY_AGAIN));
    }
}
