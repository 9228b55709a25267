//! Recognises WebSocket requests, and warns the operator if a proxy removes their `Upgrade` header.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::header::{CONNECTION, SEC_WEBSOCKET_KEY, UPGRADE};
use axum::http::{HeaderMap, HeaderName};
use parley_protocol::Millis;

/// Minimum time between warnings (ms): every page that cannot connect keeps trying.
const SAY_AGAIN: Millis = 60 * 60 * 1000;

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

/// When to warn again.
#[derive(Debug, Default)]
pub(super) struct Watch {
    quiet_until: AtomicU64,
    stripped: AtomicU64,
}

impl Watch {
    /// Called for socket requests without an upgrade. Browsers send `Sec-WebSocket-Key` only together with one, so
    /// if the key is there, something in between removed the rest.
    pub(super) fn missing(&self, headers: &HeaderMap, now: Millis) {
        let is_stripped = headers.contains_key(SEC_WEBSOCKET_KEY);
        if is_stripped {
            self.stripped.fetch_add(1, Ordering::Relaxed);
        }
        if is_stripped && self.may_say(now) {
            tracing::warn!(
                "WebSocket request without upgrade: the proxy in front removed `Upgrade` and `Connection`, so nobody \
                 can connect. nginx needs, in the location of the relay: `proxy_http_version 1.1; \
                 proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";`. Caddy's \
                 `reverse_proxy` forwards them by default, unless `header_up -Upgrade` or `-Connection` removes them. \
                 Apache needs `ProxyPass` with `upgrade=websocket`"
            );
        }
    }

    /// Requests so far from which something in between removed the upgrade.
    pub(super) fn stripped(&self) -> u64 {
        self.stripped.load(Ordering::Relaxed)
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
