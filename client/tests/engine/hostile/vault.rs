//! Attacks on the vault of somebody who signs in on a new device.

use parley_client::vault::VaultProblem;
use parley_client::{Rng, enrol};
use parley_protocol::auth::LoginRequest;
use parley_protocol::ids::DeviceId;
use parley_protocol::vault::StoredSegment;

use super::super::bench::{Bench, password};
use super::super::vault::{all_off, talked, without_newest};
use super::{Attack, Outcome};

const DAY: u64 = 86_400_000;

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        what: "serves a new sign-in an older vault, while no other device is left",
        play: older_alone,
    },
    Attack {
        what: "serves a new sign-in an older vault, while another device is left",
        play: older_beside_another,
    },
    Attack {
        what: "takes what goes into a vault, and keeps none of it",
        play: keeps_nothing,
    },
    Attack {
        what: "leaves something out of the middle of a vault",
        play: gap,
    },
    Attack {
        what: "serves something of a vault twice, in the place of something newer",
        play: mixed,
    },
    Attack {
        what: "changes something in a vault",
        play: changed,
    },
    Attack {
        what: "puts into a vault what another member's device wrote",
        play: of_another,
    },
    Attack {
        what: "gives a new sign-in another member's wrapped vault",
        play: other_wrap,
    },
];

/// Signs in anew where the relay serves `shown` for the vault. What is right of it is used all the same.
fn served(
    bench: &mut Bench,
    shown: impl FnOnce(Vec<StoredSegment>) -> Vec<StoredSegment>,
) -> Outcome {
    let new = bench.another_device_of(0);
    bench.pass(5_000);
    let restored = bench.restore_shown(new, shown);
    assert!(!restored.problems.is_empty(), "it is noticed");
    Outcome::Damaged(restored.problems)
}

/// Both devices are off, and the log knows how far the first one's chain is. Says whose it is.
fn noted() -> (Bench, DeviceId) {
    let mut bench = talked();
    bench.pass(DAY + 60_000);
    let (_, device) = bench.engine(0).me();
    all_off(&mut bench);
    (bench, device)
}

fn older_alone() -> Outcome {
    let (mut bench, device) = noted();
    served(&mut bench, |segments| without_newest(device, segments))
}

fn older_beside_another() -> Outcome {
    let mut bench = talked();
    let (_, device) = bench.engine(0).me();
    served(&mut bench, |segments| without_newest(device, segments))
}

fn keeps_nothing() -> Outcome {
    let (mut bench, _) = noted();
    served(&mut bench, |_| Vec::new())
}

fn gap() -> Outcome {
    let (mut bench, device) = noted();
    let outcome = served(&mut bench, |mut segments| {
        segments.retain(|it| it.device != device || it.segment.counter != 1);
        segments
    });
    let Outcome::Damaged(problems) = &outcome else {
        panic!("it is damaged");
    };
    assert_eq!(problems[..], [VaultProblem::Gap { device, counter: 1 }]);
    outcome
}

fn mixed() -> Outcome {
    let (mut bench, device) = noted();
    served(&mut bench, |mut segments| {
        let of_device = |it: &StoredSegment| it.device == device;
        let first = segments.iter().rfind(|it| of_device(it)).unwrap().clone();
        *segments.iter_mut().find(|it| of_device(it)).unwrap() = first;
        segments
    })
}

fn changed() -> Outcome {
    let (mut bench, device) = noted();
    let outcome = served(&mut bench, |mut segments| {
        let first = segments.iter_mut().find(|it| it.device == device).unwrap();
        first.segment.sealed.replace_range(40..41, "A");
        first.segment.sealed.replace_range(41..42, "-");
        segments
    });
    let Outcome::Damaged(problems) = &outcome else {
        panic!("it is damaged");
    };
    let is_foreign = |it: &VaultProblem| matches!(it, VaultProblem::Foreign { .. });
    assert!(problems.iter().any(is_foreign), "{problems:?}");
    outcome
}

fn of_another() -> Outcome {
    let mut bench = talked();
    let general = bench.general();
    all_off(&mut bench);
    bench.start(1);
    let others = bench.segments(1);
    let outcome = served(&mut bench, |mut segments| {
        segments.splice(0..0, others);
        segments
    });
    assert_eq!(bench.shown(2, general), ["from one", "from two"]);
    outcome
}

fn other_wrap() -> Outcome {
    let mut bench = talked();
    let community = bench.community();
    let mut log_in = |name: &str| {
        let request = LoginRequest {
            name: name.to_owned(),
            login_secret: password(name, &community).login_secret(),
        };
        bench.relay.log_in(&request, bench.now).expect("a login").0
    };
    let (bob, ada) = (log_in("bob"), log_in("ada"));
    let entries = bench.relay.log(&ada.access_token, 1, bench.now);
    let way = enrol::WayIn {
        wrap: &bob.wraps[0],
        key: &password("ada", &community).wrap_key(),
    };
    let refused = enrol::add_device(
        way,
        ada.user,
        entries.expect("a log").entries,
        "another".to_owned(),
        &mut Rng::from_seed([8; 32]),
        bench.now,
    );
    Outcome::Refused(refused.err().expect("nothing is signed for it"))
}
