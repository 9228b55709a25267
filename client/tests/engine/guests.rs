//! Guests: in one call with the others, and in nothing else.

use std::cell::RefCell;
use std::rc::Rc;

use parley_client::call::{DescriptionKind, PeerEvent, PeerId, Sdp};
use parley_client::effect::{Event, SignedOut};
use parley_client::engine::ConnectionState;
use parley_protocol::entry::{Action, ChannelKind};
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::voice::Roster;

use super::bench::Bench;

const HOUR: u64 = 3_600_000;

fn lounge(bench: &Bench) -> ChannelId {
    let community = bench.engine(0).community();
    let mut channels = community.channels().iter();
    let lounge = channels.find(|(_, channel)| channel.kind == ChannelKind::Voice);
    *lounge.expect("the lounge").0
}

fn peers(bench: &Bench, index: usize) -> Vec<DeviceId> {
    let call = bench.engine(index).call();
    call.map_or_else(Vec::new, |call| {
        call.peers().map(|it| it.id.device).collect()
    })
}

/// Ada, Bob and a guest in the call, who came last.
fn call() -> (Bench, ChannelId, usize) {
    let mut bench = Bench::of_two();
    let channel = lounge(&bench);
    let guest = bench.guest(channel, "gil");
    for index in [0, 1, guest] {
        bench.tell(index, |engine, now| engine.join_voice(channel, now));
        bench.pass(1_000);
    }
    (bench, channel, guest)
}

#[test]
fn a_guest_is_in_the_call_with_everybody_and_in_no_list() {
    let (bench, _, guest) = call();
    for index in [0, 1, guest] {
        assert_eq!(peers(&bench, index).len(), 2, "device {index}");
        assert!(bench.alerts(index).is_empty());
    }
    let user = bench.devices[guest].user;
    let community = bench.engine(0).community();
    assert!(!community.members().contains_key(&user));
    assert_eq!(community.name_in_call(&user), Some("gil"));
    let engine = bench.engine(guest);
    assert!(engine.own_guest_terms().is_some());
    assert_eq!(engine.readable_channels().count(), 0);
    assert!(engine.conversations().is_empty());
    assert_eq!(engine.online(), None);
}

#[test]
fn signals_reach_a_guest_and_come_from_one() {
    let (mut bench, _, guest) = call();
    let call = bench.engine(guest).call().expect("a call");
    let peers: Vec<PeerId> = call.peers().map(|it| it.id).collect();
    for peer in peers {
        let offer = PeerEvent::LocalDescription {
            kind: DescriptionKind::Offer,
            sdp: Sdp("v=0".to_owned()),
        };
        for event in [PeerEvent::NegotiationNeeded, offer] {
            bench.tell(guest, |engine, now| engine.handle_peer(peer, event, now));
        }
    }
    bench.pass(1_000);
    // Whoever came last offers first: the guest claimed keys and wrote to both.
    let sent = &bench.devices[guest].sent;
    assert!(
        sent.iter().any(|text| text.contains("claim_prekeys")),
        "{sent:?}"
    );
    let connected = bench.devices[guest].events.iter();
    assert!(connected.clone().any(|it| matches!(it, Event::Voice)));
}

#[test]
fn when_the_time_is_over_everybody_is_without_them() {
    let (mut bench, _, guest) = call();
    let device = bench.devices[guest].id();
    // A relay that keeps them on its roster changes nothing.
    let kept: Rc<RefCell<Option<Roster>>> = Rc::default();
    let keeping = kept.clone();
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Roster(roster) => {
            let has_guest = roster.participants.iter().any(|it| it.device == device);
            if has_guest {
                keeping.replace(Some(roster.clone()));
            }
            let roster = keeping.borrow().clone().unwrap_or(roster);
            vec![RelayToClient::Roster(roster)]
        }
        other => vec![other],
    }));
    bench.devices[guest].plugged = false;
    bench.pass(HOUR);
    for index in [0, 1] {
        assert!(!peers(&bench, index).contains(&device), "device {index}");
        let engine = bench.engine(index);
        let mut seats = engine.rosters().flat_map(|roster| &roster.participants);
        assert!(seats.all(|it| it.device != device), "device {index}");
    }
}

#[test]
fn a_guest_hears_that_it_is_over() {
    let (mut bench, _, guest) = call();
    bench.pass(HOUR);
    let engine = bench.engine(guest);
    assert_eq!(
        engine.connection(),
        &ConnectionState::SignedOut(SignedOut::SessionEnded)
    );
}

#[test]
fn a_link_that_is_taken_back_ends_it_for_all() {
    let (mut bench, _, guest) = call();
    let user = bench.devices[guest].user;
    let device = bench.devices[guest].id();
    let invite = bench.engine(0).community().guest(&user).unwrap().invite;
    bench.devices[guest].plugged = false;
    bench.append(0, Action::InviteRevoked { invite });
    bench.pass(1_000);
    for index in [0, 1] {
        assert!(!peers(&bench, index).contains(&device));
    }
}

#[test]
fn what_a_guest_says_beside_the_call_is_nothing() {
    let (mut bench, _, guest) = call();
    let other = bench.user(0);
    // The engine of a guest opens no conversation that reaches anybody.
    let opened = bench.tell(guest, |engine, now| engine.open_direct(other, now));
    if let Ok(id) = opened {
        bench
            .tell(guest, |engine, now| {
                engine.send_text(id, "hello".to_owned(), now)
            })
            .ok();
        bench
            .tell(guest, |engine, now| engine.call_conversation(id, now))
            .ok();
    }
    bench.pass(60_000);
    assert!(bench.engine(0).conversations().is_empty());
    assert!(bench.engine(0).ringing().incoming.is_empty());
    assert!(bench.alerts(0).is_empty());
}
