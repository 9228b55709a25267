//! A tab is gone without a word.

use parley_client::call::{PeerCommand, PeerStatus};

use super::world::World;

#[test]
fn it_is_closed_once_the_roster_does_not_name_it() {
    let mut world = World::new(3, 1);
    for node in 0..3 {
        world.join(node);
        world.run(1_000);
    }
    world.crash(2);
    world.run(6_000);
    world.assert_full_mesh("after");
    assert!(world.are_connected(0, 1));
}

#[test]
fn while_the_roster_names_it_it_is_reconnecting_and_then_failed() {
    let mut world = World::new(2, 2);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    world.kill_tab(1);
    world.run(5_000);
    assert_eq!(world.status(0, 1), Some(PeerStatus::Reconnecting));
    world.run(30_000);
    assert_eq!(world.status(0, 1), Some(PeerStatus::Failed));
    let attempts = world.commands(0, |command| {
        matches!(command, PeerCommand::SetLocalDescription { .. })
    });
    world.run(600_000);
    let more = world.commands(0, |command| {
        matches!(command, PeerCommand::SetLocalDescription { .. })
    }) - attempts;
    assert!((1..60).contains(&more), "{more} attempts in ten minutes");
}
