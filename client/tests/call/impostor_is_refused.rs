//! Somebody answers at the other end who does not hold the key of the description: the person is told, the others are
//! not disturbed, and the right one is let in when they are there.

use parley_client::call::{PeerCommand, PeerEvent, PeerStatus};

use super::world::World;

fn three_connected() -> World {
    let mut world = World::new(3, 1);
    for node in 0..3 {
        world.join(node);
        world.run(1_000);
    }
    world
}

#[test]
fn the_reason_stays_until_the_right_one_is_connected() {
    let mut world = three_connected();
    let (peer, now) = (world.peer_id(0, 1).expect("open"), world.now);
    world.block(0, 1);
    world.act(0, |call| call.handle_peer(peer, PeerEvent::Impostor, now));
    assert_eq!(world.status(0, 1), Some(PeerStatus::Refused));
    world.run(60_000);
    assert_eq!(world.status(0, 1), Some(PeerStatus::Refused));
    assert!(world.are_connected(0, 2) && world.are_connected(1, 2));
    world.unblock(0, 1);
    world.run(30_000);
    assert!(world.are_connected(0, 1));
}

#[test]
fn it_is_not_tried_in_a_loop() {
    let mut world = three_connected();
    let before = world.commands(0, |command| matches!(command, PeerCommand::Create { .. }));
    let end = world.now + 60_000;
    let mut met = None;
    while world.now < end {
        let there = world.peer_id(0, 1);
        if let Some(peer) = there.filter(|_| there != met) {
            let now = world.now;
            world.act(0, |call| call.handle_peer(peer, PeerEvent::Impostor, now));
            met = there;
        }
        world.run(100);
    }
    let made = world.commands(0, |command| matches!(command, PeerCommand::Create { .. })) - before;
    assert!((1..=20).contains(&made), "{made} connections in a minute");
    assert!(world.are_connected(0, 2));
}
