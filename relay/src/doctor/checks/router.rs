//! What stands between this machine and the world: nothing, a router at home, or a provider that has no address to give.

use parley_protocol::admin::Finding;

use crate::doctor::address::Reach;
use crate::doctor::facts::Facts;
use crate::doctor::port::lines;

const CHECK: &str = "router";

pub(super) fn check(facts: &Facts) -> Vec<Finding> {
    let mut found = vec![v4(facts)];
    found.extend(v6(facts));
    found
}

fn v4(facts: &Facts) -> Finding {
    if !facts.is_behind_router() {
        return Finding::good(CHECK, "This machine has a public IPv4 address.");
    }
    let shared = facts
        .router
        .filter(|router| Reach::of(*router) != Reach::Public);
    if let Some(router) = shared {
        return Finding::bad(
            CHECK,
            format!(
                "Your router itself is known outside only as one of many: it has {router}, an address of the provider's own network. Nobody can come in by IPv4."
            ),
            "Ask your provider for a public IPv4 address of your own. If there is none, rent a small server for the relay.",
        );
    }
    if let Some(own) = facts.own_by(Reach::CarrierNat).next()
        && facts.private().is_none()
    {
        return Finding::bad(
            CHECK,
            format!(
                "This machine has {own}, an address of the provider's own network. Nobody can come in by IPv4."
            ),
            "Ask your provider for a public IPv4 address of your own. If there is none, rent a small server for the relay.",
        );
    }
    let Some(own) = facts.private() else {
        return Finding::unknown(CHECK, "This machine has no IPv4 address that leads out.");
    };
    if facts.reached == Some(true) {
        return Finding::good(
            CHECK,
            "This machine is behind a router, and people from outside came through.",
        );
    }
    Finding::note(
        CHECK,
        "This machine is behind a router, which must pass on to it what comes for the relay.",
        format!(
            "On the router, under port forwarding, pass these on to {own}:\n{}",
            lines(&facts.ports())
        ),
    )
}

fn v6(facts: &Facts) -> Option<Finding> {
    facts.public().any(|address| address.is_ipv6()).then(|| {
        Finding::good("ipv6", "This machine has a public IPv6 address, too. A router may still keep what comes for it out.")
    })
}
