//! Whether the public name leads to this machine, or to the router in front of it.

use std::net::IpAddr;

use parley_protocol::admin::Finding;

use crate::doctor::address::Reach;
use crate::doctor::facts::{Dns, Facts};

const CHECK: &str = "dns";

pub(super) fn check(facts: &Facts) -> Vec<Finding> {
    let Some(name) = facts.told.name() else {
        return Vec::new();
    };
    match &facts.dns {
        Dns::NoName => Vec::new(),
        Dns::Unknown => vec![Finding::bad(
            CHECK,
            format!("The name {name} leads nowhere."),
            match wanted(facts) {
                Some(address) => format!(
                    "At whoever keeps your domain, add this line:\n{name}. {} {address}",
                    record(address)
                ),
                None => format!(
                    "At whoever keeps your domain, let {name} lead to the address by which your router or server is known outside."
                ),
            },
        )],
        Dns::LeadsTo(addresses) => leads_to(facts, name, addresses),
    }
}

fn leads_to(facts: &Facts, name: &str, addresses: &[IpAddr]) -> Vec<Finding> {
    let (v4, v6): (Vec<IpAddr>, Vec<IpAddr>) = addresses
        .iter()
        .copied()
        .partition(|address| address.to_canonical().is_ipv4());
    let families = [v4, v6].into_iter().filter(|all| !all.is_empty());
    families
        .filter_map(|all| family(facts, name, &all))
        .collect()
}

/// What is to be said of the addresses of one family.
fn family(facts: &Facts, name: &str, addresses: &[IpAddr]) -> Option<Finding> {
    let first = *addresses.first()?;
    let leads = format!("{name} leads to {first}");
    if addresses.iter().any(|address| facts.own.contains(address)) {
        return Some(match Reach::of(first) {
            Reach::Public => Finding::good(CHECK, format!("{leads}, which is this machine.")),
            Reach::Loopback => Finding::bad(
                CHECK,
                format!("{leads}, which every machine takes for itself."),
                fix(facts, name, first),
            ),
            Reach::Private | Reach::LinkLocal | Reach::CarrierNat | Reach::None => Finding::note(
                CHECK,
                format!("{leads}, which is this machine, for its own network only."),
                "This is right for a relay that only your network uses. For others, let the name lead to your public address.",
            ),
        });
    }
    if first.is_ipv6() {
        return Some(Finding::bad(
            CHECK,
            format!("{leads} by IPv6, which is not this machine: whoever has IPv6 comes there."),
            match facts.public().find(IpAddr::is_ipv6) {
                Some(own) => {
                    format!("Change this line at whoever keeps your domain:\n{name}. AAAA {own}")
                }
                None => {
                    format!("Remove this line at whoever keeps your domain:\n{name}. AAAA {first}")
                }
            },
        ));
    }
    let own = wanted(facts).filter(IpAddr::is_ipv4);
    Some(match own {
        Some(own) if addresses.contains(&own) => Finding::good(
            CHECK,
            format!("{leads}, which is the router in front of this machine."),
        ),
        Some(own) => Finding::bad(
            CHECK,
            format!("{leads}, but the world knows this machine as {own}."),
            format!("Change this line at whoever keeps your domain:\n{name}. A {own}"),
        ),
        None if Reach::of(first) == Reach::Public => Finding::unknown(
            CHECK,
            format!(
                "{leads}. Whether that is the router in front of this machine, it does not say."
            ),
        ),
        None => Finding::bad(
            CHECK,
            format!("{leads}, which is not reachable from outside."),
            fix(facts, name, first),
        ),
    })
}

fn fix(facts: &Facts, name: &str, first: IpAddr) -> String {
    let family = |address: &IpAddr| address.is_ipv4() == first.is_ipv4();
    match wanted(facts).filter(family) {
        Some(address) => format!(
            "Change this line at whoever keeps your domain:\n{name}. {} {address}",
            record(address)
        ),
        None => "At whoever keeps your domain, let it lead to the address by which your router or server is known outside.".to_owned(),
    }
}

/// The address by which the world knows this machine, if anything here knows it.
fn wanted(facts: &Facts) -> Option<IpAddr> {
    let router = facts
        .router
        .filter(|router| Reach::of(*router) == Reach::Public);
    let v4 = facts.public().find(IpAddr::is_ipv4).or(router);
    v4.or_else(|| facts.public().next())
}

fn record(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "A" } else { "AAAA" }
}
