//! The path breaks, for instance because a phone changed its network: ICE restarts on the same connection.

use parley_client::call::{PeerCommand, PeerStatus};

use super::world::World;

fn connected() -> World {
    let mut world = World::new(2, 1);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    world
}

fn restarts(world: &World, node: usize) -> usize {
    world.commands(node, |command| matches!(command, PeerCommand::RestartIce))
}

#[test]
fn a_short_silence_needs_nothing() {
    let mut world = connected();
    world.block(0, 1);
    world.run(4_000);
    assert_eq!(world.status(0, 1), Some(PeerStatus::Reconnecting));
    world.unblock(0, 1);
    world.run(1_000);
    assert!(world.are_connected(0, 1));
    assert_eq!((restarts(&world, 0), restarts(&world, 1)), (0, 0));
}

#[test]
fn the_impolite_side_restarts_and_the_connection_stays_the_same() {
    let mut world = connected();
    let before = (world.peer_id(0, 1), world.peer_id(1, 0));
    world.block(0, 1);
    world.run(6_000);
    assert_eq!((restarts(&world, 0), restarts(&world, 1)), (0, 1));
    world.unblock(0, 1);
    world.run(1_000);
    assert!(world.are_connected(0, 1));
    assert_eq!((world.peer_id(0, 1), world.peer_id(1, 0)), before);
}

#[test]
fn the_polite_side_restarts_when_the_other_cannot() {
    let mut world = connected();
    world.block(0, 1);
    // The impolite side has lost the relay too, and so cannot ask.
    world.go_offline(1);
    world.run(15_000);
    assert!(restarts(&world, 0) >= 1);
    assert_eq!(restarts(&world, 1), 0);
    world.go_online(1);
    world.unblock(0, 1);
    world.run(10_000);
    assert!(world.are_connected(0, 1));
}

#[test]
fn a_long_break_heals_when_the_network_is_back() {
    for seconds in [20, 60, 300] {
        let mut world = connected();
        world.block(0, 1);
        world.run(seconds * 1_000);
        world.unblock(0, 1);
        world.run(25_000);
        assert!(world.are_connected(0, 1), "after {seconds} s");
    }
}

#[test]
fn what_no_restart_mends_is_replaced() {
    let mut world = connected();
    let damaged = world.peer_id(0, 1).expect("a connection");
    world.damage(0, damaged);
    world.run(60_000);
    assert!(world.are_connected(0, 1));
    assert_ne!(world.peer_id(0, 1), Some(damaged));
    assert_eq!(restarts(&world, 1), 2);
}
