//! Where the relay listens, and under which address people reach it.

use std::net::{Ipv4Addr, SocketAddr};

use super::origin::{BadUrl, Origin};

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// Address and port of the HTTP server (web app and WebSocket). 127.0.0.1 is reachable from this machine only;
    /// use 0.0.0.0 for the network, with a TLS proxy in front. [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<SocketAddr>,
    /// Public URL, such as `https://chat.example.org`: used in links, as the only allowed origin, and as the only
    /// host name accepted besides localhost and IP addresses. [default: derived from --listen]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Trust the proxy in front: take the client address from `X-Forwarded-For`, and whether TLS was used from
    /// `X-Forwarded-Proto` or `Forwarded`. Set it only behind a trusted proxy, since clients can forge these
    /// headers; behind a proxy without it, all clients share the limits of one address.
    #[arg(
        long,
        num_args = 0..=1,
        default_missing_value = "true",
        default_value_t = false,
        action = clap::ArgAction::Set
    )]
    pub(super) behind_proxy: bool,
    /// Maximum number of open connections, sockets included. Beyond it, the oldest unauthenticated connection is
    /// closed. Must be below the system's limit of open files.
    #[arg(long, value_name = "NUMBER", default_value_t = 4096)]
    pub(super) connections: usize,
    /// Maximum number of open connections per address; an IPv4 /24 or an IPv6 /48 gets four times as many. Behind a
    /// trusted proxy, sockets per forwarded address. Raise it for a large household or company behind one
    /// address.
    #[arg(long, value_name = "NUMBER", default_value_t = 256)]
    pub(super) connections_per_address: usize,
}

impl Given {
    pub(super) fn listen(&self) -> SocketAddr {
        self.listen
            .unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 8080).into())
    }

    pub(super) fn public_url(&self) -> Result<Option<Origin>, BadUrl> {
        self.public_url.as_deref().map(str::parse).transpose()
    }
}
