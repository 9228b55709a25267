//! The relay goes and comes back: voice goes on, and the roster comes to agree by itself.

use parley_client::call::{CallEffect, CallStatus, PeerCommand};

use super::world::World;

fn three_connected() -> World {
    let mut world = World::new(3, 1);
    for node in 0..3 {
        world.join(node);
        world.run(1_000);
    }
    world.assert_full_mesh("before");
    world
}

fn stop_relay(world: &mut World) {
    for node in 0..3 {
        world.go_offline(node);
    }
    world.roster.clear();
}

fn is_close(command: &PeerCommand) -> bool {
    matches!(command, PeerCommand::Close)
}

#[test]
fn nobody_is_closed() {
    let mut world = three_connected();
    stop_relay(&mut world);
    assert_eq!(world.call(0).status(), CallStatus::RelayAway);
    world.run(120_000);
    // They come back one after the other, and each sees a roster without the others at first.
    for node in [2, 0, 1] {
        world.go_online(node);
        world.run(4_000);
    }
    assert_eq!(world.call(0).status(), CallStatus::Joined);
    world.run(60_000);
    world.assert_full_mesh("after");
    for node in 0..3 {
        assert_eq!(world.commands(node, is_close), 0);
        assert_eq!(
            world.commands(node, |command| matches!(command, PeerCommand::RestartIce)),
            0
        );
    }
}

#[test]
fn who_does_not_come_back_is_closed_after_the_grace() {
    let mut world = three_connected();
    stop_relay(&mut world);
    world.run(10_000);
    world.go_online(0);
    world.go_online(1);
    world.run(14_000);
    assert_eq!(world.commands(0, is_close), 0);
    world.run(2_000);
    assert_eq!(world.commands(0, is_close), 1);
    assert!(world.peer_id(0, 2).is_none());
    assert!(world.are_connected(0, 1));
}

#[test]
fn who_is_back_after_the_grace_is_connected_again() {
    let mut world = three_connected();
    stop_relay(&mut world);
    world.run(10_000);
    world.go_online(0);
    world.go_online(1);
    world.run(30_000);
    world.go_online(2);
    world.run(5_000);
    world.assert_full_mesh("after");
}

#[test]
fn who_died_meanwhile_is_closed_without_grace() {
    let mut world = three_connected();
    stop_relay(&mut world);
    world.kill_tab(2);
    world.run(20_000);
    assert!(
        world.peer_id(0, 2).is_some(),
        "without the relay nobody is closed"
    );
    world.go_online(0);
    world.run(1_000);
    assert!(world.peer_id(0, 2).is_none());
    assert!(world.peer_id(0, 1).is_some());
}

#[test]
fn an_offer_that_met_no_relay_goes_again() {
    let mut world = World::new(2, 2);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(30);
    world.go_offline(0);
    world.go_offline(1);
    world.run(20_000);
    world.go_online(0);
    world.go_online(1);
    world.run(1_000);
    assert!(world.are_connected(0, 1));
}

#[test]
fn a_short_absence_from_the_roster_is_overlooked() {
    let mut world = three_connected();
    world.go_offline(2);
    world.leave_roster(2);
    world.run(3_000);
    world.go_online(2);
    world.run(10_000);
    world.assert_full_mesh("after");
    assert_eq!(world.commands(0, is_close), 0);
    let gone = |effect: &CallEffect| matches!(effect, CallEffect::PeerGone { .. });
    assert!(!world.log.iter().any(|(_, _, effect)| gone(effect)));
}
