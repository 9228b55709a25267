//! The origin of the relay's page: scheme, host and port (RFC 6454).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use axum::http::Uri;

/// A web origin: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    scheme: Scheme,
    /// Host, with the port unless it is the scheme's default.
    authority: String,
    host: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

/// The text is not an `http` or `https` origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an origin such as https://chat.example.org, without a path")]
pub struct BadUrl(String);

impl Origin {
    /// An `http` origin.
    pub(crate) fn http(host: &str, port: u16) -> Self {
        Self::of(Scheme::Http, host, port)
    }

    /// An `https` origin.
    pub(crate) fn https(host: &str, port: u16) -> Self {
        Self::of(Scheme::Https, host, port)
    }

    fn of(scheme: Scheme, host: &str, port: u16) -> Self {
        let usual = match scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        };
        Self {
            scheme,
            authority: if port == usual {
                host.to_owned()
            } else {
                format!("{host}:{port}")
            },
            host: host.to_owned(),
        }
    }

    /// Host and port, the port in any case.
    pub(crate) fn with_port(&self) -> String {
        let usual = match self.scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        };
        if self.authority == self.host {
            format!("{}:{usual}", self.host)
        } else {
            self.authority.clone()
        }
    }

    /// Whether the scheme is `https`.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// The host, without the port; IPv6 addresses in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, also where it is the scheme's default.
    pub(crate) fn port(&self) -> u16 {
        let own = match self.scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        };
        let given = self.authority.strip_prefix(&*self.host);
        let given = given.and_then(|rest| rest.strip_prefix(':'));
        given.and_then(|port| port.parse().ok()).unwrap_or(own)
    }

    /// Whether the host is this machine (RFC 6761 section 6.3).
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    /// The same origin with the scheme `ws` or `wss`.
    pub(crate) fn socket(&self) -> String {
        let scheme = match self.scheme {
            Scheme::Http => "ws",
            Scheme::Https => "wss",
        };
        format!("{scheme}://{}", self.authority)
    }

    /// Whether a `Host` header names this origin.
    pub(crate) fn has_authority(&self, host: &str) -> bool {
        self.authority.eq_ignore_ascii_case(host)
    }
}

/// Whether a host is this machine (RFC 6761 section 6.3).
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare.ends_with(".localhost")
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.to_canonical().is_loopback())
}

impl FromStr for Origin {
    type Err = BadUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadUrl(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| bad())?;
        let (scheme, own_port) = match uri.scheme_str() {
            Some("http") => (Scheme::Http, 80),
            Some("https") => (Scheme::Https, 443),
            _ => return Err(bad()),
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(bad)?;
        let has_more = !matches!(uri.path(), "" | "/") || uri.query().is_some();
        let has_user = uri
            .authority()
            .is_some_and(|all| all.as_str().contains('@'));
        if has_more || has_user {
            return Err(bad());
        }
        let host = host.to_ascii_lowercase();
        Ok(Self {
            scheme,
            authority: match uri.port_u16() {
                Some(port) if port != own_port => format!("{host}:{port}"),
                _ => host.clone(),
            },
            host,
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        write!(f, "{scheme}://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        let written = |text: &str| text.parse::<Origin>().map(|origin| origin.to_string());
        assert_eq!(
            written("https://Chat.Example.org/").unwrap(),
            "https://chat.example.org"
        );
        assert_eq!(written("https://a.b:443").unwrap(), "https://a.b");
        assert_eq!(written("http://a.b:8080").unwrap(), "http://a.b:8080");
        assert_eq!(written("http://[::1]:8080").unwrap(), "http://[::1]:8080");
    }

    #[test]
    fn some_names_mean_this_machine() {
        let is_loopback = |text: &str| text.parse::<Origin>().unwrap().is_loopback();
        for own in ["http://localhost", "http://127.9.9.9:1", "http://[::1]:2"] {
            assert!(is_loopback(own), "{own}");
        }
        for other in [
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
        ] {
            assert!(!is_loopback(other), "{other}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "a.b",
            "ftp://a.b",
            "https://",
            "https://a.b/c",
            "https://u@a.b",
            "null",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
