//! Attacks on somebody who signs in on a new device.

use parley_protocol::entry::Action;

use super::super::bench::Bench;
use super::{Attack, Outcome};

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        what: "leads a new sign-in into a community of its own",
        play: other_community,
    },
    Attack {
        what: "shows a new sign-in the log from before a device was revoked",
        play: older_log,
    },
    Attack {
        what: "shows a new sign-in a log with a changed entry",
        play: changed_log,
    },
];

fn refused(
    bench: &mut Bench,
    shown: impl FnOnce(Vec<parley_protocol::entry::Entry>) -> Vec<parley_protocol::entry::Entry>,
) -> Outcome {
    let refused = bench.log_in_shown(0, "ada", shown).err();
    Outcome::Refused(refused.expect("nothing is signed for it"))
}

fn other_community() -> Outcome {
    let mut bench = Bench::of_two();
    let mut other = Bench::of_two();
    let link = other.invite();
    let forged = other.log_for(&link).expect("a log");
    refused(&mut bench, |_| forged)
}

fn older_log() -> Outcome {
    let mut bench = Bench::of_two();
    let phone = bench.another_device_of(0);
    let device = bench.devices[phone].id();
    bench.append(0, Action::DeviceRevoked { device });
    bench.another_device_of(0);
    refused(&mut bench, |mut entries| {
        let end = entries
            .iter()
            .position(|entry| entry.body.contains("device_revoked"));
        entries.truncate(end.expect("it is there"));
        entries
    })
}

fn changed_log() -> Outcome {
    let mut bench = Bench::of_two();
    refused(&mut bench, |mut entries| {
        for entry in &mut entries {
            entry.body = entry.body.replace("general", "general2");
        }
        entries
    })
}
