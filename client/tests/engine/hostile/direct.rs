//! Attacks on the mail that carries direct conversations.

use std::cell::RefCell;
use std::rc::Rc;

use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::ChannelId;
use parley_protocol::mail::InboundMail;

use super::super::bench::Bench;
use super::{Attack, Outcome};

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        what: "drops a direct message",
        play: drop_one,
    },
    Attack {
        what: "repeats direct messages, and lets them change places",
        play: repeat_and_reorder,
    },
    Attack {
        what: "gives a direct message to somebody else",
        play: give_to_another,
    },
    Attack {
        what: "says that a direct message is of another device",
        play: exchange_author,
    },
];

type Kept = Rc<RefCell<Vec<InboundMail>>>;

/// Two members who talk, and what the relay keeps of the second one's mail.
fn talking() -> (Bench, ChannelId, Kept) {
    let mut bench = Bench::of_two();
    let id = bench.direct(0, 1);
    bench.write(0, id, "zero");
    bench.accept(1, id);
    bench.pass(10_000);
    let kept = Kept::default();
    let keeping = kept.clone();
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Mail { items } => {
            keeping.borrow_mut().extend(items);
            Vec::new()
        }
        other => vec![other],
    }));
    (bench, id, kept)
}

fn numbered(kept: &Kept, first: u64) -> Vec<InboundMail> {
    let mut items = kept.borrow().clone();
    for (mail, seq) in items.iter_mut().zip(first..) {
        mail.seq = seq;
    }
    items
}

fn drop_one() -> Outcome {
    let (mut bench, id, _) = talking();
    bench.write(0, id, "one");
    bench.devices[1].tamper = None;
    bench.write(0, id, "two");
    assert_eq!(bench.shown(1, id), ["zero", "two"]);
    let seen = Outcome::seen(&bench, 1, id);
    // Its author sends it again.
    bench.pass(60_000);
    assert_eq!(bench.shown(1, id), ["zero", "one", "two"]);
    seen
}

fn repeat_and_reorder() -> Outcome {
    let (mut bench, id, kept) = talking();
    for text in ["one", "two", "three"] {
        bench.write(0, id, text);
    }
    bench.devices[1].tamper = None;
    kept.borrow_mut().reverse();
    for first in [1_000, 2_000] {
        let items = numbered(&kept, first);
        bench.hand(1, &RelayToClient::Mail { items });
    }
    bench.pass(10_000);
    assert_eq!(bench.shown(1, id), ["zero", "one", "two", "three"]);
    Outcome::seen(&bench, 1, id)
}

fn give_to_another() -> Outcome {
    let (mut bench, id, kept) = talking();
    let third = bench.welcome("eve");
    bench.write(0, id, "one");
    let items = numbered(&kept, 1_000);
    bench.hand(third, &RelayToClient::Mail { items });
    assert_eq!(bench.engine(third).conversations(), []);
    Outcome::seen(&bench, third, id)
}

fn exchange_author() -> Outcome {
    let (mut bench, id, kept) = talking();
    let third = bench.welcome("eve");
    let eve = bench.devices[third].id();
    bench.write(0, id, "one");
    bench.devices[1].tamper = None;
    let mut items = numbered(&kept, 1_000);
    for mail in &mut items {
        mail.from = eve;
    }
    bench.hand(1, &RelayToClient::Mail { items });
    assert_eq!(bench.shown(1, id), ["zero"]);
    assert_eq!(bench.engine(1).conversations().len(), 1);
    Outcome::seen(&bench, 1, id)
}
