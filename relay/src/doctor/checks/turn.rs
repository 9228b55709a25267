//! Whether STUN and TURN answer: at the relay itself, and at the public address over UDP and TCP.

use parley_protocol::admin::Finding;

use crate::doctor::facts::{Answer, Facts};
use crate::doctor::port::{Protocol, lines};

pub(super) fn check(facts: &Facts) -> Vec<Finding> {
    let Some(listen) = facts.told.turn_listen else {
        return Vec::new();
    };
    let one = |check: &str, protocol: Protocol, local: Answer, public: Answer| {
        if local == Answer::No {
            // What does not run at all is said of the page already.
            return (facts.local_web != Answer::No).then(|| {
                Finding::bad(
                    check,
                    format!("TURN does not answer over {} at {listen} on this machine.", name(protocol)),
                    "Look in the relay's log for why. Another program may have the port:\nsudo ss -lnp | grep 3478",
                )
            });
        }
        match public {
            Answer::NotTried => None,
            Answer::Yes => Some(Finding::good(
                check,
                format!(
                    "TURN answers this machine over {} at the public address.",
                    name(protocol)
                ),
            )),
            Answer::No if protocol == Protocol::Tcp && facts.told.turn_by_tls => {
                Some(Finding::good(check, not_needed(facts)))
            }
            Answer::No => Some(silent(facts, check, protocol)),
        }
    };
    [
        one("turn_udp", Protocol::Udp, facts.local_udp, facts.udp),
        one("turn_tcp", Protocol::Tcp, facts.local_tcp, facts.tcp),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn not_needed(facts: &Facts) -> String {
    format!(
        "TURN goes over TLS through TCP port {}, as the page does. Its own TCP port is closed, which is fine.",
        facts.told.web_port()
    )
}

fn silent(facts: &Facts, check: &str, protocol: Protocol) -> Finding {
    let port = facts.told.turn().map_or(3478, |(_, port)| port);
    if facts.is_behind_router() {
        return Finding::unknown(
            check,
            format!(
                "This machine does not reach {} port {port} at the public address. Behind a router that need not mean anything: the administration in the app tries it from where you are.",
                name(protocol)
            ),
        );
    }
    Finding::bad(
        check,
        format!(
            "{} port {port} at the public address is closed: calls through the relay fail.",
            name(protocol)
        ),
        format!(
            "Let this through, in the firewall of this machine and in that of your provider:\n{}",
            lines(&[(protocol, port)])
        ),
    )
}

fn name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Tcp => "TCP",
        Protocol::Udp => "UDP",
    }
}
