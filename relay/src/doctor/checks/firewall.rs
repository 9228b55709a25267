//! What the firewall of this machine keeps out that the relay needs.

use parley_protocol::admin::Finding;

use crate::doctor::facts::Facts;
use crate::doctor::firewall::Firewall;
use crate::doctor::port::Protocol;

const CHECK: &str = "firewall";

pub(super) fn check(facts: &Facts) -> Vec<Finding> {
    match &facts.firewall {
        Firewall::NotAsked => Vec::new(),
        Firewall::Open => vec![Finding::good(
            CHECK,
            "No firewall on this machine keeps anything out.",
        )],
        Firewall::Unreadable(tool) => {
            let commands: Vec<String> = facts
                .ports()
                .iter()
                .map(|(protocol, port)| tool.opens(*protocol, *port))
                .collect();
            vec![Finding {
                to_do: Some(format!(
                    "Run this once more as root to have it looked at, or open the ports:\n{}",
                    commands.join("\n")
                )),
                ..Finding::note(
                    CHECK,
                    format!("{} shows its rules to root alone.", tool.name()),
                    "",
                )
            }]
        }
        Firewall::Lets(tool, openings) => {
            let missing: Vec<(Protocol, u16)> = facts
                .ports()
                .into_iter()
                .filter(|(protocol, port)| !openings.iter().any(|it| it.lets(*protocol, *port)))
                .collect();
            if missing.is_empty() {
                return vec![Finding::good(
                    CHECK,
                    format!("{} lets in what the relay needs.", tool.name()),
                )];
            }
            let commands: Vec<String> = missing
                .iter()
                .map(|(protocol, port)| tool.opens(*protocol, *port))
                .collect();
            let ports: Vec<String> = missing
                .iter()
                .map(|(protocol, port)| format!("{port}/{}", protocol.as_str()))
                .collect();
            vec![Finding::bad(
                CHECK,
                format!("{} keeps out {}.", tool.name(), ports.join(" and ")),
                format!("Open it:\n{}", commands.join("\n")),
            )]
        }
    }
}
