//! Findings from facts, one check a file, in the order in which things depend on each other.

mod settings;

use parley_protocol::admin::Finding;

use super::facts::Facts;

pub(crate) fn findings(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(settings::check(facts));
    found
}
