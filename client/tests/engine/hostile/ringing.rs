//! Attacks on direct calls.

use std::cell::RefCell;
use std::rc::Rc;

use parley_client::call::CallEffect;
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::ChannelId;
use parley_protocol::mail::InboundMail;

use super::super::bench::Bench;
use super::{Attack, Outcome};

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        what: "keeps the ring of a direct call back, gives it out when the call is over, and repeats it",
        play: keep_rings_back,
    },
    Attack {
        what: "puts another member into the room of a direct call",
        play: put_into_room,
    },
];

/// Two members who have written to one another.
fn talking() -> (Bench, ChannelId) {
    let mut bench = Bench::of_two();
    let id = bench.direct(0, 1);
    bench.write(0, id, "hello");
    bench.accept(1, id);
    bench.pass(10_000);
    (bench, id)
}

fn keep_rings_back() -> Outcome {
    let (mut bench, id) = talking();
    let kept: Rc<RefCell<Vec<InboundMail>>> = Rc::default();
    let keeping = kept.clone();
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Mail { items } => {
            let (stored, now): (Vec<_>, Vec<_>) = items.into_iter().partition(|it| it.seq > 0);
            keeping.borrow_mut().extend(now);
            vec![RelayToClient::Mail { items: stored }]
        }
        other => vec![other],
    }));
    bench.ring(0, id);
    bench.pass(10_000);
    assert_eq!(bench.rings(1), None);
    bench.hang_up(0);
    bench.devices[1].tamper = None;
    let items = kept.borrow().clone();
    assert!(items.len() > 2);
    for _ in 0..2 {
        let items = items.clone();
        bench.hand(1, &RelayToClient::Mail { items });
        bench.pass(10_000);
        assert_eq!(bench.rings(1), None);
    }
    Outcome::seen(&bench, 1, id)
}

fn put_into_room() -> Outcome {
    let (mut bench, id) = talking();
    let third = bench.welcome("eve");
    let (eve, eves) = (bench.user(third), bench.devices[third].id());
    for index in [0, 1] {
        bench.devices[index].tamper = Some(Box::new(move |mut frame| {
            if let RelayToClient::Roster(roster) = &mut frame
                && let Some(mut seat) = roster.participants.first().copied()
            {
                (seat.user, seat.device) = (eve, eves);
                roster.participants.push(seat);
            }
            vec![frame]
        }));
    }
    bench.ring(0, id);
    assert_ne!(bench.engine(0).voice_channel(), None);
    bench.take_call(1);
    assert!(bench.talks(0) && bench.talks(1));
    let calls = bench.devices[0].calls.iter();
    let with_eve =
        calls.filter(|it| matches!(it, CallEffect::Peer { peer, .. } if peer.device == eves));
    assert_eq!(with_eve.count(), 0);
    Outcome::seen(&bench, 1, id)
}
