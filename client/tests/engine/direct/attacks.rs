//! A relay that lies, and members who do.

use std::cell::RefCell;
use std::rc::Rc;

use parley_client::timeline::Mark;
use parley_protocol::entry::Action;
use parley_protocol::frame::RelayToClient;
use parley_protocol::mail::InboundMail;

use super::talked;
use crate::engine::bench::{Bench, Tamper};

/// Takes mail away while it is switched on.
fn dropping(on: Rc<RefCell<bool>>) -> Tamper {
    Box::new(move |frame| match frame {
        RelayToClient::Mail { .. } if *on.borrow() => Vec::new(),
        other => vec![other],
    })
}

#[test]
fn what_a_relay_drops_is_noticed_asked_for_and_heals() {
    let (mut bench, id) = talked();
    let on = Rc::new(RefCell::new(true));
    bench.devices[1].tamper = Some(dropping(on.clone()));
    bench.write(0, id, "dropped");
    on.replace(false);
    bench.write(0, id, "delivered");
    assert_eq!(bench.shown(1, id)[2..], ["delivered"]);
    let marks: Vec<Mark> = bench.marks(1, id).into_iter().map(|(_, it)| it).collect();
    assert_eq!(marks, [Mark::Missing { count: Some(1) }]);
    bench.pass(60_000);
    assert_eq!(bench.shown(1, id)[2..], ["dropped", "delivered"]);
    assert_eq!(bench.marks(1, id), []);
}

#[test]
fn mail_that_is_repeated_or_reordered_changes_nothing() {
    let (mut bench, id) = talked();
    let kept: Rc<RefCell<Vec<InboundMail>>> = Rc::default();
    let keeping = kept.clone();
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Mail { items } => {
            keeping.borrow_mut().extend(items);
            Vec::new()
        }
        other => vec![other],
    }));
    for text in ["one", "two", "three"] {
        bench.write(0, id, text);
    }
    bench.devices[1].tamper = None;
    let mut items = kept.borrow().clone();
    // The numbers of the mailbox are the relay's to give.
    for (mail, seq) in items.iter_mut().rev().zip(1_000..) {
        mail.seq = seq;
    }
    items.reverse();
    let mut again = items.clone();
    for (mail, seq) in again.iter_mut().zip(2_000..) {
        mail.seq = seq;
    }
    bench.hand(1, &RelayToClient::Mail { items });
    bench.hand(1, &RelayToClient::Mail { items: again });
    bench.pass(10_000);
    assert_eq!(bench.shown(1, id)[2..], ["one", "two", "three"]);
    assert_eq!(bench.items(1, id), bench.items(0, id));
}

#[test]
fn mail_for_one_device_is_nothing_to_another() {
    let (mut bench, id) = talked();
    let third = bench.welcome("eve");
    let kept: Rc<RefCell<Vec<InboundMail>>> = Rc::default();
    let keeping = kept.clone();
    bench.devices[1].tamper = Some(Box::new(move |frame| {
        if let RelayToClient::Mail { items } = &frame {
            keeping.borrow_mut().extend(items.iter().cloned());
        }
        vec![frame]
    }));
    bench.write(0, id, "for one only");
    let mut items = kept.borrow().clone();
    for (mail, seq) in items.iter_mut().zip(1_000..) {
        mail.seq = seq;
    }
    bench.hand(third, &RelayToClient::Mail { items });
    assert_eq!(bench.engine(third).conversations(), []);
    assert_eq!(bench.items(third, id), []);
}

#[test]
fn mail_that_is_said_to_be_of_another_device_does_not_open() {
    let (mut bench, id) = talked();
    let third = bench.welcome("eve");
    let eve = bench.devices[third].id();
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Mail { mut items } => {
            for mail in &mut items {
                mail.from = eve;
            }
            vec![RelayToClient::Mail { items }]
        }
        other => vec![other],
    }));
    bench.write(0, id, "who wrote this?");
    bench.devices[1].tamper = None;
    assert_eq!(bench.shown(1, id).len(), 2);
    assert_eq!(bench.engine(1).conversations().len(), 1);
}

#[test]
fn a_member_in_a_loop_with_many_devices_is_bounded() {
    let mut bench = Bench::of_two();
    let id = bench.direct(0, 1);
    let big = "x".repeat(30_000);
    for _ in 0..20 {
        bench.write(0, id, &big);
    }
    bench.pass(60_000);
    assert!(bench.items(1, id).len() <= 4, "bytes are counted");
}

#[test]
fn a_revoked_device_writes_and_hears_nothing_more() {
    let (mut bench, id) = talked();
    let second = bench.another_device_of(0);
    bench.pass(10_000);
    let device = bench.devices[second].id();
    bench.unplug(second);
    bench.write(second, id, "too late");
    bench.append(0, Action::DeviceRevoked { device });
    bench.pass(5_000);
    bench.write(1, id, "not for the thief");
    bench.pass(10_000);
    let sent = bench.devices[1].sent.iter().rev().take(4);
    assert!(
        sent.into_iter()
            .all(|frame| !frame.contains(&device.to_string()))
    );
    for index in [0, 1] {
        assert!(!bench.shown(index, id).contains(&"too late".to_owned()));
    }
}

#[test]
fn a_channel_made_with_the_id_of_a_conversation_gets_nothing_of_it() {
    let (mut bench, id) = talked();
    let details = parley_protocol::entry::ChannelDetails {
        name: "trap".to_owned(),
        topic: String::new(),
        readers: parley_protocol::entry::Readers::Everyone,
        history: parley_protocol::entry::History::Shared,
        expires_after: None,
    };
    bench.append(
        0,
        Action::ChannelCreated {
            channel: id,
            kind: parley_protocol::entry::ChannelKind::Text,
            details,
        },
    );
    let before = bench.devices[1].sent.len();
    bench.write(1, id, "between us");
    bench.pass(5_000);
    let sent = &bench.devices[1].sent[before..];
    assert!(sent.iter().all(|frame| !frame.contains("\"post\"")));
}
