//! The machine itself: its clock, its disk, and whether anybody came from outside.

use parley_protocol::admin::Finding;

use crate::admin::health::bytes;
use crate::doctor::facts::Facts;

/// Below this a relay is about to refuse files.
const FEW_BYTES: u64 = 2 * 1024 * 1024 * 1024;

pub(super) fn check(facts: &Facts) -> Vec<Finding> {
    [clock(facts), disk(facts), reached(facts)]
        .into_iter()
        .flatten()
        .collect()
}

fn clock(facts: &Facts) -> Option<Finding> {
    Some(if facts.clock_is_kept? {
        Finding::good("clock", "Something keeps the clock of this machine right.")
    } else {
        Finding::note(
            "clock",
            "Nothing keeps the clock of this machine right. Certificates and sign-ins fail when it is wrong.",
            "Switch that on:\nsudo timedatectl set-ntp true",
        )
    })
}

fn disk(facts: &Facts) -> Option<Finding> {
    let free = facts.disk_free?;
    Some(if free < FEW_BYTES {
        Finding::bad(
            "disk",
            format!(
                "Only {} are left on the disk of the data folder.",
                bytes(free)
            ),
            "Make room there, or move the folder to a larger disk.",
        )
    } else {
        Finding::good(
            "disk",
            format!("{} are free on the disk of the data folder.", bytes(free)),
        )
    })
}

fn reached(facts: &Facts) -> Option<Finding> {
    Some(if facts.reached? {
        Finding::good(
            "reached",
            "Somebody came from outside since the relay started.",
        )
    } else {
        Finding::unknown(
            "reached",
            "Nobody came from outside since the relay started.",
        )
    })
}
