//! What is found from which facts, as tables.

use std::net::IpAddr;

use parley_protocol::admin::{Finding, Verdict};

use super::findings;
use crate::doctor::facts::{Answer, Dns, Facts, Fault, Told, Web};
use crate::doctor::firewall::{Firewall, Opening, Tool};
use crate::doctor::port::Protocol;

const DAY: u64 = 24 * 60 * 60 * 1000;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// A server with a public address, as it should be.
fn server() -> Facts {
    Facts {
        told: Told {
            listen: "0.0.0.0:443".parse().unwrap(),
            origin: Some("https://chat.example.org".parse().unwrap()),
            behind_proxy: false,
            turn_listen: Some("0.0.0.0:3478".parse().unwrap()),
            turn_public: None,
            turn_by_tls: false,
        },
        now: 1_800_000_000_000,
        dns: Dns::LeadsTo(vec![ip("9.9.9.9")]),
        own: vec![ip("127.0.0.1"), ip("9.9.9.9")],
        router: None,
        local_web: Answer::Yes,
        web: Web::Answers {
            expires_at: Some(1_800_000_000_000 + 60 * DAY),
            held_back: false,
        },
        local_udp: Answer::Yes,
        local_tcp: Answer::Yes,
        udp: Answer::Yes,
        tcp: Answer::Yes,
        firewall: Firewall::Open,
        clock_is_kept: Some(true),
        disk_free: Some(100_000_000_000),
        reached: None,
    }
}

/// At home behind a router that says what it is.
fn home() -> Facts {
    Facts {
        own: vec![ip("127.0.0.1"), ip("192.168.2.20")],
        router: Some(ip("9.9.9.9")),
        ..server()
    }
}

fn wrong(facts: &Facts) -> Vec<Finding> {
    let mut all = findings(facts);
    for finding in &all {
        let needs = finding.verdict >= Verdict::Note;
        assert_eq!(finding.to_do.is_some(), needs, "{finding:?}");
        assert!(finding.text.ends_with(['.', '?']), "{finding:?}");
    }
    all.retain(|finding| finding.verdict >= Verdict::Note);
    all
}

fn nothing(facts: &Facts) {
    let all = wrong(facts);
    assert!(all.is_empty(), "{all:#?}");
}

/// The one thing that is wrong: its check, its verdict, and words that it must say.
fn only(facts: &Facts, check: &str, verdict: Verdict, words: &[&str]) {
    let all = wrong(facts);
    let [finding] = all.as_slice() else {
        panic!("{check}: {all:#?}");
    };
    assert_eq!(
        (finding.check.as_str(), finding.verdict),
        (check, verdict),
        "{finding:?}"
    );
    let whole = format!(
        "{} {}",
        finding.text,
        finding.to_do.as_deref().unwrap_or_default()
    );
    for word in words {
        assert!(whole.contains(word), "{word:?} is not in {whole}");
    }
}

#[test]
fn a_server_as_it_should_be_has_nothing_to_do() {
    nothing(&server());
    let both = Facts {
        own: vec![ip("9.9.9.9"), ip("2620:fe::9")],
        dns: Dns::LeadsTo(vec![ip("9.9.9.9"), ip("2620:fe::9")]),
        ..server()
    };
    nothing(&both);
    let passed_on = Facts {
        reached: Some(true),
        ..home()
    };
    nothing(&passed_on);
}

#[test]
fn settings_that_cannot_work_are_named() {
    let told = |change: fn(&mut Told)| {
        let mut facts = server();
        change(&mut facts.told);
        facts
    };
    let nameless = Facts {
        dns: Dns::NoName,
        web: Web::NotTried,
        ..told(|told| told.origin = None)
    };
    only(&nameless, "settings", Verdict::Bad, &["--domain"]);
    let plain = told(|told| told.origin = Some("http://chat.example.org".parse().unwrap()));
    only(
        &plain,
        "settings",
        Verdict::Bad,
        &["not https", "microphone"],
    );
    let local = told(|told| told.listen = "127.0.0.1:8080".parse().unwrap());
    only(
        &local,
        "settings",
        Verdict::Bad,
        &["trusted_proxies", "listen = \"0.0.0.0:443\""],
    );
    assert_eq!(
        wrong(&told(|told| {
            told.listen = "127.0.0.1:8080".parse().unwrap();
            told.behind_proxy = true;
        })),
        []
    );
    only(
        &told(|told| told.turn_listen = None),
        "settings",
        Verdict::Note,
        &["turn_listen"],
    );
}

#[test]
fn a_name_that_leads_elsewhere_is_said_with_the_line_to_change() {
    let dns = |facts: Facts, dns: Dns| Facts { dns, ..facts };
    let to = |all: &[&str]| Dns::LeadsTo(all.iter().map(|text| ip(text)).collect());
    only(
        &dns(server(), Dns::Unknown),
        "dns",
        Verdict::Bad,
        &["chat.example.org. A 9.9.9.9"],
    );
    only(
        &dns(server(), to(&["8.8.8.8"])),
        "dns",
        Verdict::Bad,
        &["8.8.8.8", "chat.example.org. A 9.9.9.9"],
    );
    only(
        &dns(server(), to(&["127.0.0.1"])),
        "dns",
        Verdict::Bad,
        &["chat.example.org. A 9.9.9.9"],
    );
    let stale = to(&["9.9.9.9", "2620:fe::77"]);
    only(
        &dns(server(), stale),
        "dns",
        Verdict::Bad,
        &["IPv6", "Remove", "AAAA 2620:fe::77"],
    );
    let moved = dns(
        Facts {
            reached: Some(true),
            ..home()
        },
        to(&["8.8.8.8"]),
    );
    only(
        &moved,
        "dns",
        Verdict::Bad,
        &["chat.example.org. A 9.9.9.9"],
    );
    let inside = dns(
        Facts {
            reached: Some(true),
            ..home()
        },
        to(&["192.168.2.20"]),
    );
    only(
        &inside,
        "dns",
        Verdict::Note,
        &["192.168.2.20", "its own network"],
    );
    // A router that does not say its address leaves it open.
    let silent = Facts {
        router: None,
        reached: Some(true),
        ..home()
    };
    nothing(&silent);
}

#[test]
fn a_router_has_to_pass_the_ports_on() {
    only(
        &home(),
        "router",
        Verdict::Note,
        &["192.168.2.20", "TCP 443", "UDP 3478", "TCP 3478"],
    );
    for shared in ["100.64.3.4", "10.0.0.7"] {
        let facts = Facts {
            router: Some(ip(shared)),
            dns: Dns::LeadsTo(vec![ip("2620:fe::9")]),
            own: vec![ip("192.168.2.20"), ip("2620:fe::9")],
            ..server()
        };
        only(&facts, "router", Verdict::Bad, &[shared, "provider"]);
    }
    let direct = Facts {
        own: vec![ip("100.100.1.1"), ip("2620:fe::9")],
        dns: Dns::LeadsTo(vec![ip("2620:fe::9")]),
        ..server()
    };
    only(&direct, "router", Verdict::Bad, &["100.100.1.1"]);
}

#[test]
fn a_closed_door_is_named_where_it_can_be_told() {
    let web = |web: Web| Facts { web, ..server() };
    only(&web(Web::Closed), "web", Verdict::Bad, &["TCP 443"]);
    only(
        &web(Web::NotParley),
        "web",
        Verdict::Bad,
        &["Something else"],
    );
    let stopped = Facts {
        local_web: Answer::No,
        local_udp: Answer::No,
        local_tcp: Answer::No,
        ..web(Web::Closed)
    };
    only(
        &stopped,
        "web",
        Verdict::Bad,
        &["does not run", "0.0.0.0:443"],
    );
    // From behind a router one may not reach oneself: that is no finding against anybody.
    let inside = Facts {
        web: Web::Closed,
        udp: Answer::No,
        tcp: Answer::No,
        ..home()
    };
    only(&inside, "router", Verdict::Note, &["port forwarding"]);
    assert!(
        findings(&inside)
            .iter()
            .filter(|it| it.verdict == Verdict::Unknown)
            .count()
            >= 3
    );

    only(
        &Facts {
            udp: Answer::No,
            ..server()
        },
        "turn_udp",
        Verdict::Bad,
        &["UDP 3478"],
    );
    only(
        &Facts {
            tcp: Answer::No,
            ..server()
        },
        "turn_tcp",
        Verdict::Bad,
        &["TCP 3478"],
    );
    only(
        &Facts {
            local_udp: Answer::No,
            ..server()
        },
        "turn_udp",
        Verdict::Bad,
        &["log"],
    );
    let mut other = Facts {
        udp: Answer::No,
        ..server()
    };
    other.told.turn_public = Some("turn.example.org:5000".to_owned());
    only(&other, "turn_udp", Verdict::Bad, &["UDP 5000"]);
}

#[test]
fn a_certificate_that_browsers_refuse_is_said() {
    for (fault, verdict, word) in [
        (Fault::Expired, Verdict::Bad, "expired"),
        (Fault::NotYetValid, Verdict::Bad, "timedatectl"),
        (Fault::OtherName, Verdict::Bad, "another name"),
        (Fault::UnknownIssuer, Verdict::Note, "trust"),
        (Fault::NoTls, Verdict::Bad, "TLS"),
    ] {
        let facts = Facts {
            web: Web::Certificate(fault),
            ..server()
        };
        only(&facts, "certificate", verdict, &[word]);
    }
    let soon = Facts {
        web: Web::Answers {
            expires_at: Some(server().now + 5 * DAY + 1),
            held_back: false,
        },
        ..server()
    };
    only(&soon, "certificate", Verdict::Note, &["5 more days"]);
}

#[test]
fn a_proxy_that_keeps_answers_back_comes_with_the_lines_for_it() {
    let facts = Facts {
        web: Web::Answers {
            expires_at: None,
            held_back: true,
        },
        ..server()
    };
    only(&facts, "proxy", Verdict::Note, &["proxy_buffering off;"]);
}

#[test]
fn a_firewall_that_keeps_something_out_comes_with_its_command() {
    let open = |ports: &[(Protocol, u16)]| {
        let openings = ports.iter().map(|(protocol, port)| Opening {
            protocol: Some(*protocol),
            first: *port,
            last: *port,
        });
        Firewall::Lets(Tool::Ufw, openings.collect())
    };
    let all = [
        (Protocol::Tcp, 443),
        (Protocol::Udp, 3478),
        (Protocol::Tcp, 3478),
    ];
    assert_eq!(
        wrong(&Facts {
            firewall: open(&all),
            ..server()
        }),
        []
    );
    let facts = Facts {
        firewall: open(&all[..1]),
        ..server()
    };
    only(
        &facts,
        "firewall",
        Verdict::Bad,
        &[
            "3478/udp",
            "sudo ufw allow 3478/udp",
            "sudo ufw allow 3478/tcp",
        ],
    );
    let hidden = Facts {
        firewall: Firewall::Unreadable(Tool::Nft),
        ..server()
    };
    only(
        &hidden,
        "firewall",
        Verdict::Note,
        &["root", "dport 443 accept"],
    );
}

/// Where the relay has the certificate itself, TURN over TLS shares the port of the page.
#[test]
fn with_tls_of_its_own_it_asks_for_no_further_tcp_port() {
    let tls = |facts: Facts| Facts {
        told: Told {
            turn_by_tls: true,
            ..facts.told
        },
        ..facts
    };
    nothing(&tls(Facts {
        tcp: Answer::No,
        ..server()
    }));
    let asked = wrong(&tls(home()));
    let to_do = asked[0].to_do.as_deref().unwrap_or_default();
    assert!(to_do.contains("UDP 3478") && to_do.contains("TCP 443"));
    assert!(!to_do.contains("TCP 3478"), "{to_do}");
    let ports = [(Protocol::Tcp, 443)].map(|(protocol, port)| Opening {
        protocol: Some(protocol),
        first: port,
        last: port,
    });
    let kept_out = tls(Facts {
        firewall: Firewall::Lets(Tool::Ufw, ports.to_vec()),
        ..server()
    });
    let asked = wrong(&kept_out);
    let to_do = asked[0].to_do.as_deref().unwrap_or_default();
    assert!(to_do.ends_with("sudo ufw allow 3478/udp"), "{to_do}");
}

#[test]
fn the_machine_itself_is_looked_at() {
    only(
        &Facts {
            clock_is_kept: Some(false),
            ..server()
        },
        "clock",
        Verdict::Note,
        &["timedatectl"],
    );
    only(
        &Facts {
            disk_free: Some(1_000_000_000),
            ..server()
        },
        "disk",
        Verdict::Bad,
        &["1.0 GB"],
    );
    let unknown = Facts {
        clock_is_kept: None,
        disk_free: None,
        reached: Some(false),
        ..server()
    };
    nothing(&unknown);
}
