//! What to add to a proxy's configuration against each fault. The whole configurations are in
//! docs/operating/proxies.

use serde::Serialize;

use super::Fault;

/// One proxy each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Lines {
    /// Into the `location` that leads to the relay.
    pub nginx: &'static str,
    /// Into the block of `reverse_proxy`.
    pub caddy: &'static str,
    /// Into the static or the dynamic configuration.
    pub traefik: &'static str,
}

pub(super) fn of(fault: Fault) -> Lines {
    match fault {
        Fault::UpgradeStripped => Lines {
            nginx: "`proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \
                    \"upgrade\";`.",
            caddy: "forwards them by default: remove `header_up -Upgrade` and `header_up -Connection`.",
            traefik: "forwards them by default: remove the middleware that sets `Connection` or `Upgrade` in \
                      `customRequestHeaders`.",
        },
        Fault::HostRewritten => Lines {
            nginx: "`proxy_set_header Host $host;`.",
            caddy: "forwards it by default: remove `header_up Host`.",
            traefik: "forwards it by default: remove `passHostHeader: false`.",
        },
        Fault::AddressesHidden => Lines {
            nginx: "`proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto \
                    $scheme;`.",
            caddy: "says it by default: remove `header_up -X-Forwarded-For`.",
            traefik: "says it by default: remove the middleware that sets `X-Forwarded-For` in \
                      `customRequestHeaders`.",
        },
        Fault::ProxyNotTrusted => Lines {
            nginx: "nothing to add there.",
            caddy: "nothing to add there.",
            traefik: "nothing to add there.",
        },
        Fault::HeldBack => Lines {
            nginx: "`proxy_buffering off; proxy_request_buffering off;`.",
            caddy: "passes them on by default: remove `request_buffers` and `response_buffers`, and `flush_interval`.",
            traefik: "passes them on by default: remove the `buffering` middleware.",
        },
        Fault::IdleCut => Lines {
            nginx: "`proxy_read_timeout 1h; proxy_send_timeout 1h;`.",
            caddy: "remove `stream_timeout`, and `read_timeout` and `write_timeout` of the transport.",
            traefik: "`respondingTimeouts: { readTimeout: 0s, idleTimeout: 1h }` at the entry point.",
        },
    }
}
