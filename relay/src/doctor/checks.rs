//! Findings from facts, in the order in which things depend on each other.

mod firewall;
mod machine;
mod name;
mod router;
mod settings;
mod turn;
mod web;

use parley_protocol::admin::Finding;

use super::facts::Facts;

pub(crate) fn findings(facts: &Facts) -> Vec<Finding> {
    let parts = [
        settings::check(facts),
        name::check(facts),
        router::check(facts),
        web::check(facts),
        turn::check(facts),
        firewall::check(facts),
        machine::check(facts),
    ];
    parts.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
