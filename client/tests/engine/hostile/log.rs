//! Attacks on the community log.

use parley_client::Engine;
use parley_protocol::entry::{Action, Entry};
use parley_protocol::frame::RelayToClient;
use parley_protocol::keys::Hash;

use super::super::bench::Bench;
use super::super::forks::{forked, kept_back, role};
use super::{Attack, Outcome};

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        what: "forges an entry: changes what somebody signed",
        play: forge,
    },
    Attack {
        what: "adds a device of its own for a member",
        play: add_device,
    },
    Attack {
        what: "adds a member of its own",
        play: add_member,
    },
    Attack {
        what: "leaves an entry out",
        play: drop_entry,
    },
    Attack {
        what: "repeats an entry",
        play: repeat,
    },
    Attack {
        what: "shows two members the same entries in different orders",
        play: fork,
    },
    Attack {
        what: "names another head than the log has",
        play: other_head,
    },
    Attack {
        what: "cuts the log off, as if entries had never been",
        play: truncate,
    },
    Attack {
        what: "keeps a revocation back from one member, and cuts every connection after 25 seconds",
        play: withhold,
    },
    Attack {
        what: "keeps entries back of which it told",
        play: withhold_told,
    },
    Attack {
        what: "sends what is no frame at all",
        play: garbage,
    },
];

/// Changes the entries that device 1 is sent.
fn change_log(bench: &mut Bench, mut change: impl FnMut(&mut Vec<Entry>) + 'static) {
    bench.devices[1].tamper = Some(Box::new(move |mut frame| {
        if let RelayToClient::Log { entries, .. } = &mut frame {
            change(entries);
        }
        vec![frame]
    }));
}

fn seen(bench: &Bench) -> Outcome {
    Outcome::seen(bench, 1, bench.general())
}

fn forge() -> Outcome {
    let mut bench = Bench::of_two();
    change_log(&mut bench, |entries| {
        for entry in entries {
            entry.body = entry.body.replace("role 1", "role 7");
        }
    });
    bench.append(0, role(1));
    assert_eq!(bench.engine(1).community().roles().len(), 1);
    seen(&bench)
}

/// An entry of another community, which the relay may have made up as it likes, in place of one of this.
fn of_another_community(kind: &'static str) -> Outcome {
    let mut other = Bench::of_two();
    other.another_device_of(1);
    let link = other.invite();
    let foreign = other.log_for(&link).expect("a log");
    let forged = foreign.into_iter().find(|entry| entry.body.contains(kind));
    let forged = forged.expect("an entry of that kind");

    let mut bench = Bench::of_two();
    let devices = bench.engine(1).community().devices().len();
    change_log(&mut bench, move |entries| *entries = vec![forged.clone()]);
    bench.append(0, role(1));
    assert_eq!(bench.engine(1).community().devices().len(), devices);
    seen(&bench)
}

fn add_device() -> Outcome {
    of_another_community("device_added")
}

fn add_member() -> Outcome {
    of_another_community("member_joined")
}

fn drop_entry() -> Outcome {
    let mut bench = Bench::of_two();
    let mut first = true;
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Log { .. } if std::mem::take(&mut first) => Vec::new(),
        frame => vec![frame],
    }));
    bench.append(0, role(1));
    bench.append(0, role(2));
    bench.pass(60_000);
    let head = bench.engine(0).community().head();
    assert_eq!(bench.engine(1).community().head(), head, "it is asked for");
    seen(&bench)
}

fn repeat() -> Outcome {
    let mut bench = Bench::of_two();
    bench.append(0, role(1));
    let known = bench.engine(1).community().roles().len();
    change_log(&mut bench, |entries| {
        if let Some(first) = entries.first().cloned() {
            entries.push(first);
        }
    });
    bench.append(0, role(2));
    assert_eq!(bench.engine(1).community().roles().len(), known + 1);
    seen(&bench)
}

fn fork() -> Outcome {
    let mut bench = forked();
    let general = bench.general();
    bench.plug(1);
    bench.devices[1].tamper = None;
    bench.write(0, general, "hello");
    bench.pass(5_000);
    assert!(bench.engine(1).log_hold().is_some(), "nothing is written");
    seen(&bench)
}

fn change_welcome(change: impl Fn(&mut parley_protocol::frame::Welcome) + 'static) -> Outcome {
    let mut bench = Bench::of_two();
    bench.append(0, role(1));
    bench.unplug(1);
    bench.devices[1].tamper = Some(Box::new(move |mut frame| {
        if let RelayToClient::Welcome(welcome) = &mut frame {
            change(welcome);
        }
        vec![frame]
    }));
    bench.plug(1);
    bench.pass(120_000);
    seen(&bench)
}

fn other_head() -> Outcome {
    change_welcome(|welcome| welcome.head.hash = Hash::from_bytes([1; 32]))
}

fn truncate() -> Outcome {
    change_welcome(|welcome| welcome.head.seq -= 1)
}

fn withhold_told() -> Outcome {
    change_welcome(|welcome| {
        welcome.head.seq += 1;
        welcome.head.hash = Hash::from_bytes([1; 32]);
    })
}

fn withhold() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let phone = bench.another_device_of(0);
    bench.pass(5_000);
    let mut shown = None;
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Log { .. } => Vec::new(),
        RelayToClient::Welcome(mut welcome) => {
            welcome.head = *shown.get_or_insert(welcome.head);
            vec![RelayToClient::Welcome(welcome)]
        }
        frame => vec![frame],
    }));
    bench.unplug(1);
    bench.plug(1);
    let device = bench.devices[phone].id();
    bench.append(0, Action::DeviceRevoked { device });
    bench.write(0, general, "the phone is out");
    for _ in 0..6 {
        bench.pass(25_000);
        bench.unplug(1);
        bench.write(1, general, "nobody may read this now");
        bench.plug(1);
    }
    assert_eq!(bench.shown(0, general), ["the phone is out"]);
    seen(&bench)
}

fn garbage() -> Outcome {
    let mut bench = kept_back();
    bench.devices[1].tamper = None;
    bench.unplug(1);
    bench.plug(1);
    let general = bench.general();
    for text in ["", "{", "null", "\u{0}", r#"{"items":7}"#, r#""dance""#] {
        bench.tell(1, |engine, now| Engine::handle_frame(engine, text, now));
        bench.pass(20_000);
    }
    bench.write(0, general, "still here");
    assert_eq!(bench.shown(1, general), ["hello", "still here"]);
    seen(&bench)
}
