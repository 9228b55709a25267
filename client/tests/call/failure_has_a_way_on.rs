//! No path between two devices: it is said after half a minute, tried on quietly, and at once when asked.

use parley_client::call::{CallEffect, PeerCommand, PeerEvent, PeerStatus};

use super::world::World;

#[test]
fn failed_then_retried() {
    let mut world = World::new(2, 1);
    world.block(0, 1);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(29_000);
    assert_eq!(world.status(1, 0), Some(PeerStatus::Connecting));
    world.run(2_000);
    assert_eq!(world.status(1, 0), Some(PeerStatus::Failed));
    world.unblock(0, 1);
    let (now, other) = (world.now, world.device(0));
    world.act(1, |call| call.retry(other, now));
    assert_eq!(world.status(1, 0), Some(PeerStatus::Connecting));
    world.run(1_000);
    assert!(world.are_connected(0, 1));
}

#[test]
fn both_retry_at_once() {
    let mut world = World::new(2, 2);
    world.block(0, 1);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(40_000);
    world.unblock(0, 1);
    let now = world.now;
    for (at, of) in [(0, 1), (1, 0)] {
        let other = world.device(of);
        world.act(at, |call| call.retry(other, now));
    }
    world.run(5_000);
    assert!(world.are_connected(0, 1));
}

#[test]
fn a_description_that_is_refused_leads_to_a_new_connection() {
    let mut world = World::new(2, 3);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    let (now, peer) = (world.now, world.peer_id(1, 0).expect("a connection"));
    world.act(1, |call| {
        call.handle_peer(peer, PeerEvent::DescriptionFailed, now);
    });
    world.run(1_500);
    assert!(world.are_connected(0, 1));
    assert_ne!(world.peer_id(1, 0), Some(peer));
}

#[test]
fn a_browser_that_makes_no_connection_is_asked_less_and_less() {
    let mut world = World::new(2, 4);
    world.begin(0);
    world.begin(1);
    world.show_roster(1, &[0, 1]);
    let mut created = 0;
    for _ in 0..120 {
        let peer = world.peer_id(1, 0).expect("a connection");
        let now = world.now;
        world.act(1, |call| {
            call.handle_peer(peer, PeerEvent::CreationFailed, now);
        });
        world.run(1_000);
        created = world.commands(1, |command| matches!(command, PeerCommand::Create { .. }));
    }
    assert!(
        (5..15).contains(&created),
        "{created} connections in two minutes"
    );
}

#[test]
fn a_browser_that_never_answers_is_not_waited_for() {
    let mut world = World::new(2, 5);
    world.begin(1);
    let other = world.device(0);
    world.show_roster(1, &[0, 1]);
    let peer = world.peer_id(1, 0).expect("a connection");
    // Commands that never come back: the machine is driven past the virtual browser.
    let mut call = world.nodes[1].call.take().expect("in a call");
    let mut now = world.now;
    for _ in 0..20 {
        now = call.poll_timeout().expect("a timer").max(now);
        call.handle_timeout(now);
    }
    let replaced = std::iter::from_fn(|| call.poll_effect()).any(|effect| {
        matches!(effect, CallEffect::Peer { peer: id, command: PeerCommand::Create { .. } } if id != peer)
    });
    assert!(replaced, "the connection to {other} is replaced");
}
