//! Where the relay listens, and under which address people reach it.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use super::origin::{BadUrl, Origin};

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// Name of this server in the DNS, such as chat.example.org: short for `public_url = https://chat.example.org` with
    /// `tls = acme`, as far as these are not given.
    #[arg(long, value_name = "NAME")]
    pub(super) domain: Option<String>,
    /// Address and port of the server: web app and WebSocket, with TLS also TURN. 127.0.0.1 is reachable from this
    /// machine only; 0.0.0.0 and [::] from everywhere. [default: 127.0.0.1:8080, with TLS [::]:443]
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<SocketAddr>,
    /// Public URL, such as `https://chat.example.org`: used in links, as the only allowed origin, and as the only
    /// host name accepted besides localhost and IP addresses. [default: derived from --listen]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
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
    pub(super) fn listen(&self, is_tls: bool) -> SocketAddr {
        self.listen.unwrap_or_else(|| {
            if is_tls {
                (Ipv6Addr::UNSPECIFIED, 443).into()
            } else {
                (Ipv4Addr::LOCALHOST, 8080).into()
            }
        })
    }

    pub(super) fn public_url(&self) -> Result<Option<Origin>, BadUrl> {
        let of_domain = || Some(format!("https://{}", self.domain.as_deref()?));
        let url = self.public_url.clone().or_else(of_domain);
        url.map(|url| url.parse()).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;

    fn settings(flags: &[&str]) -> Settings {
        Settings::from_args([&["parley-relay"], flags].concat()).unwrap()
    }

    #[test]
    fn a_name_is_all_that_a_server_needs() {
        let found = settings(&["--domain=chat.example.org"]);
        assert_eq!(
            found.public_url.unwrap().to_string(),
            "https://chat.example.org"
        );
        assert_eq!(found.tls.mode(), "acme");
        assert_eq!(found.listen.to_string(), "[::]:443");
        let other = [
            "--domain=chat.example.org",
            "--tls=self-signed",
            "--listen=0.0.0.0:8443",
        ];
        let found = settings(&other);
        assert_eq!(found.tls.mode(), "self-signed");
        assert_eq!(found.listen.to_string(), "0.0.0.0:8443");
        let found = settings(&["--domain=chat.example.org", "--tls=off"]);
        assert_eq!(found.listen.to_string(), "127.0.0.1:8080");
    }
}
