//! Names of this relay, as they stand in `Host`.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::HOST;

use super::app::App;
use crate::config::Origin;

/// Whether the host is a name of this relay. A client without `Host` is no browser.
pub(super) fn is_known(app: &App, headers: &HeaderMap) -> bool {
    asked(headers).is_none_or(|host| is_ours(host, &app.origin, !app.proxies.is_empty()))
}

/// Whether the host is loopback or an IP address, which no foreign site can have as its name. A client without
/// `Host` is no browser.
pub(super) fn is_literal_or_local(headers: &HeaderMap) -> bool {
    asked(headers).is_none_or(|host| is_literal(host) || is_local(host))
}

fn asked(headers: &HeaderMap) -> Option<&str> {
    // An unreadable host is not ours.
    headers.get(HOST).map(|host| host.to_str().unwrap_or("?"))
}

/// Proxies may forward the IP address, or a container's name in its own network, which has no dot.
pub(super) fn is_ours(host: &str, ours: &Origin, behind_proxy: bool) -> bool {
    let name = without_port(host);
    name.eq_ignore_ascii_case(ours.host())
        || is_literal(host)
        || is_local(host)
        || (behind_proxy && !name.is_empty() && !name.contains('.'))
}

fn is_local(host: &str) -> bool {
    Origin::http(&without_port(host).to_ascii_lowercase(), 80).is_loopback()
}

fn is_literal(host: &str) -> bool {
    let bare = without_port(host)
        .trim_start_matches('[')
        .trim_end_matches(']');
    bare.parse::<IpAddr>().is_ok()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(host: &str, behind_proxy: bool) -> bool {
        let origin = "https://chat.example.org".parse().unwrap();
        is_ours(host, &origin, behind_proxy)
    }

    #[test]
    fn a_name_that_somebody_made_lead_here_is_not_ours() {
        for host in [
            "evil.example",
            "evil.example:8080",
            "chat.example.org.evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "",
            "?",
        ] {
            assert!(!ours(host, false), "{host}");
        }
        assert!(!ours("relay:8080", false));
        assert!(!ours("", true) && !ours("evil.example", true));
    }

    #[test]
    fn our_name_this_machine_and_addresses_are() {
        for host in [
            "chat.example.org",
            "Chat.Example.Org:443",
            "localhost:8080",
            "127.0.0.1:8080",
            "[::1]:8080",
            "[2001:db8::1]",
            "192.0.2.1",
        ] {
            assert!(ours(host, false), "{host}");
        }
        assert!(ours("relay:8080", true));
    }
}
