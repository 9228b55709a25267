//! What a proxy in front says about a request. Only a trusted one is believed.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::header::FORWARDED;
use axum::http::{Extensions, HeaderMap};

use crate::config::TrustedProxies;
use crate::server::accept::Peer;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of the connection. A request without a connection comes from this process.
pub(super) fn peer(extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<Peer>();
    peer.map_or(Ipv4Addr::LOCALHOST.into(), |Peer(peer)| peer.ip())
}

/// Whose request it is: the right-most address that is no trusted proxy's, beginning with the peer. Whatever stands
/// left of it is only claimed.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let mut nearest = peer;
    let mut told = addresses(headers).into_iter().rev();
    while proxies.contains(nearest) {
        // What cannot be read was not written by a proxy that is worth its trust.
        let Some(Some(address)) = told.next() else {
            break;
        };
        nearest = address;
    }
    nearest
}

/// Whether an address is told at all.
pub(super) fn tells_address(headers: &HeaderMap) -> bool {
    !addresses(headers).is_empty()
}

/// Whether somebody claims to have passed the request on.
pub(super) fn was_passed_on(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED)
        || headers.contains_key("via")
        || headers.contains_key("x-real-ip")
        || headers
            .keys()
            .any(|name| name.as_str().starts_with("x-forwarded-"))
}

/// All addresses, left to right: of `X-Forwarded-For`, else of `Forwarded` (RFC 7239). `None`: unreadable.
fn addresses(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let list = |name: &str| -> Vec<String> {
        let values = headers.get_all(name).iter();
        values
            .flat_map(|value| value.to_str().unwrap_or("?").split(','))
            .map(str::to_owned)
            .collect()
    };
    let told = list(FORWARDED_FOR);
    if !told.is_empty() {
        return told.iter().map(|text| address(text)).collect();
    }
    list(FORWARDED.as_str())
        .iter()
        .filter_map(|element| parameter(element, "for").map(address))
        .collect()
}

/// An address, in brackets or not, with a port or without: some proxies add it.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let with_port = || text.parse::<SocketAddr>().ok().map(|found| found.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    text.parse().ok().or_else(with_port).or_else(in_brackets)
}

/// What the nearest proxy says about TLS, in `X-Forwarded-Proto` or in `Forwarded` (RFC 7239), whose last element is
/// its own.
pub(super) fn came_by_tls(headers: &HeaderMap) -> bool {
    let last = |name: &str| {
        let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
        value.rsplit(',').next()
    };
    if let Some(scheme) = last("x-forwarded-proto") {
        return scheme.trim().eq_ignore_ascii_case("https");
    }
    last(FORWARDED.as_str())
        .and_then(|element| parameter(element, "proto"))
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

/// A parameter of an element of `Forwarded`.
fn parameter<'a>(element: &'a str, wanted: &str) -> Option<&'a str> {
    element
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
        .map(|(_, value)| value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in all {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn seen(peer: &str, all: &[(&'static str, &str)]) -> String {
        let proxies = TrustedProxies::of(&["10.0.0.0/8", "192.0.2.1", "2001:db8::1"]);
        client(peer.parse().unwrap(), &headers(all), &proxies).to_string()
    }

    #[test]
    fn the_right_most_address_that_is_no_proxys_counts() {
        let told = |list| [(FORWARDED_FOR, list)];
        assert_eq!(seen("10.0.0.1", &told("198.51.100.7")), "198.51.100.7");
        // A chain of proxies, each of which adds whom it saw.
        let chain = "203.0.113.5, 198.51.100.7, 192.0.2.1, 10.9.9.9";
        assert_eq!(seen("10.0.0.1", &told(chain)), "198.51.100.7");
        assert_eq!(seen("2001:db8::1", &told("2001:db8:5::9")), "2001:db8:5::9");
        // In several headers.
        let lines = [
            (FORWARDED_FOR, "203.0.113.5"),
            (FORWARDED_FOR, "198.51.100.7"),
        ];
        assert_eq!(seen("10.0.0.1", &lines), "198.51.100.7");
        for odd in ["198.51.100.7:4711", "[2001:db8:5::9]:1", "[2001:db8:5::9]"] {
            assert_ne!(seen("10.0.0.1", &told(odd)), "10.0.0.1", "{odd}");
        }
    }

    #[test]
    fn whoever_is_no_proxy_says_nothing() {
        let claimed = [(FORWARDED_FOR, "203.0.113.5")];
        assert_eq!(seen("198.51.100.7", &claimed), "198.51.100.7");
        assert_eq!(seen("198.51.100.7", &[]), "198.51.100.7");
    }

    #[test]
    fn what_cannot_be_read_ends_the_chain() {
        for odd in ["unknown", "", "a, b", "203.0.113.5, _hidden"] {
            assert_eq!(
                seen("10.0.0.1", &[(FORWARDED_FOR, odd)]),
                "10.0.0.1",
                "{odd}"
            );
        }
        let through = [(FORWARDED_FOR, "unknown, 10.0.0.2")];
        assert_eq!(seen("10.0.0.1", &through), "10.0.0.2");
    }

    #[test]
    fn somebody_in_the_proxys_own_network_is_seen() {
        let told = [(FORWARDED_FOR, "10.0.0.7")];
        assert_eq!(seen("10.0.0.1", &told), "10.0.0.7");
    }

    #[test]
    fn the_standard_header_is_read_where_the_usual_one_is_missing() {
        let standard = [(
            "forwarded",
            "for=203.0.113.5, For=\"[2001:db8:5::9]:47\";proto=https",
        )];
        assert_eq!(seen("10.0.0.1", &standard), "2001:db8:5::9");
        let both = [
            ("forwarded", "for=203.0.113.5"),
            (FORWARDED_FOR, "198.51.100.7"),
        ];
        assert_eq!(seen("10.0.0.1", &both), "198.51.100.7");
    }

    #[test]
    fn the_nearest_proxy_says_whether_it_was_tls() {
        let secure = |all: &[(&'static str, &str)]| came_by_tls(&headers(all));
        assert!(secure(&[("x-forwarded-proto", "https")]));
        assert!(secure(&[("x-forwarded-proto", "http, HTTPS")]));
        assert!(secure(&[("forwarded", "for=192.0.2.1;Proto=https;by=x")]));
        assert!(secure(&[("forwarded", "proto=http, proto=\"https\"")]));
        assert!(!secure(&[]));
        assert!(!secure(&[("x-forwarded-proto", "http")]));
        assert!(!secure(&[("forwarded", "proto=https, for=192.0.2.1")]));
        assert!(!secure(&[
            ("x-forwarded-proto", "https"),
            ("x-forwarded-proto", "http"),
            ("forwarded", "proto=https"),
        ]));
    }
}
