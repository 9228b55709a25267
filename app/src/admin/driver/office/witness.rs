//! This browser as a witness: it loads a small page from the relay, and asks its STUN and TURN by every way that calls
//! take. What came back becomes findings.

use parley_protocol::voice::IceServers;

use crate::admin::store::{Finding, Verdict};
use crate::driver::relay::admin as relay;
use crate::platform::http::HttpError;
use crate::platform::ice_probe;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// The page's host, as it stands in the address bar.
    pub(super) host: String,
    /// `/healthz` answered.
    pub(super) web: bool,
    /// STUN and TURN servers, each with whether it answered; none if the relay has none.
    pub(super) servers: Servers,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Servers {
    /// The relay did not say which.
    NotTold,
    /// This browser has no connections for calls.
    NotPossible,
    Tried(Vec<(String, bool)>),
}

pub(super) async fn gather(host: String, ice: Result<IceServers, HttpError>) -> Facts {
    Facts {
        host,
        web: relay::is_alive().await,
        servers: match ice {
            Err(_) => Servers::NotTold,
            Ok(_) if !ice_probe::is_supported() => Servers::NotPossible,
            Ok(ice) => Servers::Tried(ice_probe::try_all(&ice).await),
        },
    }
}

pub(super) fn findings(facts: &Facts) -> Vec<Finding> {
    let mut found = vec![web(facts)];
    match &facts.servers {
        Servers::NotTold => found.push(unknown(
            "The relay did not say by which servers calls go. Try again in a moment.",
        )),
        Servers::NotPossible => found.push(unknown(
            "This browser can't do calls, so it can't try STUN and TURN. Use another one.",
        )),
        Servers::Tried(tried) if tried.is_empty() => found.push(Finding {
            verdict: Verdict::Note,
            text: "The relay has no STUN and TURN: calls work only between devices that reach each other directly.".to_owned(),
            to_do: Some("Switch them on in the relay's settings:\nturn_listen = \"0.0.0.0:3478\"".to_owned()),
        }),
        Servers::Tried(tried) => found.extend(tried.iter().map(|(url, answered)| {
            let others = tried.iter().any(|(other, answered)| *answered && other != url);
            let by_tls = tried.iter().any(|(other, answered)| *answered && other.starts_with("turns:"));
            server(url, *answered, others, by_tls)
        })),
    }
    if is_near(&facts.host) {
        found.push(unknown(&format!(
            "This browser reaches the relay as {}, which is this machine or this network. It says nothing about the world outside.",
            facts.host
        )));
    }
    found
}

fn web(facts: &Facts) -> Finding {
    if facts.web {
        return Finding {
            verdict: Verdict::Good,
            text: format!("The page comes from {}.", facts.host),
            to_do: None,
        };
    }
    Finding {
        verdict: Verdict::Bad,
        text: "The relay does not answer this browser at the moment.".to_owned(),
        to_do: Some("Check that it runs, then look again.".to_owned()),
    }
}

/// What a server is for, in people's words, and what is in its way.
fn server(url: &str, answered: bool, others: bool, by_tls: bool) -> Finding {
    let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, port) = address.rsplit_once(':').unwrap_or((address, "3478"));
    let is_tcp = scheme == "turns" || query.contains("transport=tcp");
    let way = match (scheme, is_tcp) {
        ("stun" | "stuns", _) => "Finding one's own address by STUN over UDP",
        ("turns", _) => "Calls through the relay by TURN over TLS",
        (_, true) => "Calls through the relay by TURN over TCP",
        (_, false) => "Calls through the relay by TURN over UDP",
    };
    if answered {
        return Finding {
            verdict: Verdict::Good,
            text: format!("{way} works."),
            to_do: None,
        };
    }
    if is_tcp && by_tls {
        return unknown(&format!(
            "{way} got no answer. It is not needed: TURN over TLS works."
        ));
    }
    let protocol = if is_tcp { "TCP" } else { "UDP" };
    Finding {
        verdict: if others { Verdict::Note } else { Verdict::Bad },
        text: format!("{way} got no answer from {host} at port {port}."),
        to_do: Some(format!(
            "Let {protocol} port {port} through the relay's firewall, and at home have the router pass it on to the relay. On the relay's machine, this says which:\nparley-relay doctor"
        )),
    }
}

fn unknown(text: &str) -> Finding {
    Finding {
        verdict: Verdict::Unknown,
        text: text.to_owned(),
        to_do: None,
    }
}

/// Whether a host of the address bar is this machine or this network.
fn is_near(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = name.to_ascii_lowercase();
    if let Ok(address) = name.parse::<std::net::Ipv4Addr>() {
        let [first, second, ..] = address.octets();
        let is_shared = first == 100 && (64..128).contains(&second);
        return address.is_loopback()
            || address.is_private()
            || address.is_link_local()
            || is_shared;
    }
    if let Ok(address) = name.parse::<std::net::Ipv6Addr>() {
        let [first, ..] = address.segments();
        return address.is_loopback() || first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80;
    }
    let is_local = |end: &str| name == *end || name.ends_with(&format!(".{end}"));
    !name.contains('.')
        || ["localhost", "local", "lan", "home.arpa", "internal"]
            .iter()
            .any(|end| is_local(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(host: &str, tried: &[(&str, bool)]) -> Facts {
        let tried = tried
            .iter()
            .map(|(url, answered)| ((*url).to_owned(), *answered));
        Facts {
            host: host.to_owned(),
            web: true,
            servers: Servers::Tried(tried.collect()),
        }
    }

    fn verdicts(facts: &Facts) -> Vec<Verdict> {
        findings(facts)
            .iter()
            .map(|finding| finding.verdict)
            .collect()
    }

    #[test]
    fn what_works_is_said_and_needs_nothing() {
        let all = facts(
            "chat.example.org",
            &[
                ("stun:chat.example.org:3478", true),
                ("turn:chat.example.org:3478?transport=udp", true),
                ("turn:chat.example.org:3478?transport=tcp", true),
                ("turns:chat.example.org:443?transport=tcp", true),
            ],
        );
        assert_eq!(verdicts(&all), [Verdict::Good; 5]);
        assert!(findings(&all).iter().all(|finding| finding.to_do.is_none()));
    }

    #[test]
    fn one_way_less_is_a_pity_and_none_is_a_fault() {
        let udp = "turn:chat.example.org:3478?transport=udp";
        let tls = "turns:chat.example.org:443?transport=tcp";
        let one = facts("chat.example.org", &[(udp, false), (tls, true)]);
        assert_eq!(
            verdicts(&one),
            [Verdict::Good, Verdict::Note, Verdict::Good]
        );
        let found = findings(&one);
        assert!(
            found[1]
                .text
                .contains("UDP got no answer from chat.example.org at port 3478")
        );
        assert!(found[1].to_do.as_ref().unwrap().contains("UDP port 3478"));
        let tcp = "turn:chat.example.org:3478?transport=tcp";
        let closed = facts(
            "chat.example.org",
            &[(udp, true), (tcp, false), (tls, true)],
        );
        assert_eq!(verdicts(&closed)[2], Verdict::Unknown);
        let none = facts("chat.example.org", &[(udp, false), (tls, false)]);
        assert_eq!(verdicts(&none), [Verdict::Good, Verdict::Bad, Verdict::Bad]);
        assert!(
            findings(&none)[2]
                .to_do
                .as_ref()
                .unwrap()
                .contains("TCP port 443")
        );
        let v6 = facts(
            "chat.example.org",
            &[("turn:[2620:fe::9]:3478?transport=udp", false)],
        );
        assert!(
            findings(&v6)[1]
                .text
                .contains("from [2620:fe::9] at port 3478")
        );
    }

    #[test]
    fn a_witness_from_the_same_network_says_so() {
        for host in [
            "localhost:8080",
            "127.0.0.1:8080",
            "192.168.1.4",
            "[::1]:8080",
            "[fd00::2]",
            "parley.local",
            "parley",
            "100.64.0.9",
        ] {
            assert!(is_near(host), "{host}");
            assert_eq!(
                verdicts(&facts(host, &[("stun:x:1", true)])).last(),
                Some(&Verdict::Unknown)
            );
        }
        for host in [
            "chat.example.org",
            "9.9.9.9:443",
            "[2620:fe::9]",
            "local.example.org",
        ] {
            assert!(!is_near(host), "{host}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_said() {
        for servers in [Servers::NotTold, Servers::NotPossible] {
            let facts = Facts {
                servers,
                ..facts("chat.example.org", &[])
            };
            assert_eq!(verdicts(&facts), [Verdict::Good, Verdict::Unknown]);
        }
        assert_eq!(
            verdicts(&facts("chat.example.org", &[])),
            [Verdict::Good, Verdict::Note]
        );
        let silent = Facts {
            web: false,
            ..facts("chat.example.org", &[])
        };
        assert_eq!(verdicts(&silent)[0], Verdict::Bad);
    }
}
