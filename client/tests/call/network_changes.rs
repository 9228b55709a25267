//! The network changes under a call, or the relay is started anew: the path is mended before the browser gives it up.

use parley_client::call::{PeerCommand, PeerEvent};

use super::world::{World, ice};

fn connected(seed: u64) -> World {
    let mut world = World::new(2, seed);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    world
}

fn restarts(world: &World, node: usize) -> usize {
    world.commands(node, |command| matches!(command, PeerCommand::RestartIce))
}

fn hear_nothing(world: &mut World, at: usize, of: usize) {
    let (peer, now) = (world.peer_id(at, of).expect("open"), world.now);
    world.act(at, |call| call.handle_peer(peer, PeerEvent::Silence, now));
    world.act(at, |call| call.handle_timeout(now));
}

#[test]
fn another_network_restarts_at_once_whoever_is_polite() {
    for node in [0, 1] {
        let mut world = connected(1);
        let now = world.now;
        world.act(node, |call| call.handle_network_change(now));
        assert_eq!(restarts(&world, node), 1);
        world.run(500);
        assert!(world.are_connected(0, 1));
        // What the browser took for good is not restarted again by itself.
        world.run(120_000);
        assert_eq!((restarts(&world, 0) + restarts(&world, 1)), 1);
    }
}

#[test]
fn silence_restarts_at_once_and_not_over_and_over() {
    let mut world = connected(1);
    for _ in 0..20 {
        hear_nothing(&mut world, 0, 1);
        world.run(500);
    }
    assert!(
        (4..=6).contains(&restarts(&world, 0)),
        "{}",
        restarts(&world, 0)
    );
    assert!(world.are_connected(0, 1));
}

/// Both hear nothing, and the one whose network changed has no relay for a moment: its first offer meets the other's.
#[test]
fn both_mend_at_once_and_agree_within_a_second() {
    for seed in 0..100 {
        let mut world = connected(seed);
        let moved = usize::from(seed % 2 == 0);
        world.go_offline(moved);
        world.run(300 + seed * 7);
        hear_nothing(&mut world, 1 - moved, moved);
        hear_nothing(&mut world, moved, 1 - moved);
        world.run(200 + seed * 3);
        world.go_online(moved);
        let (now, fresh) = (world.now, ice(world.now + 3_600_000));
        world.act(moved, |call| call.handle_ice_servers(fresh, now));
        world.run(1_000);
        assert!(world.are_connected(0, 1), "seed {seed}");
        let answered = restarts(&world, 0).max(restarts(&world, 1));
        assert!(answered >= 1, "seed {seed}");
    }
}

#[test]
fn without_the_relay_a_hint_waits_for_it() {
    let mut world = connected(1);
    world.go_offline(0);
    let now = world.now;
    world.act(0, |call| call.handle_network_change(now));
    world.run(5_000);
    assert_eq!(restarts(&world, 0), 0);
    world.go_online(0);
    assert_eq!(restarts(&world, 0), 0, "old servers are of no use");
    world.run(30);
    let (now, fresh) = (world.now, ice(world.now + 3_600_000));
    world.act(0, |call| call.handle_ice_servers(fresh, now));
    assert_eq!(restarts(&world, 0), 1);
    world.run(500);
    assert!(world.are_connected(0, 1));
}

#[test]
fn servers_that_do_not_come_are_not_waited_for_long() {
    let mut world = connected(1);
    world.go_offline(0);
    let now = world.now;
    world.act(0, |call| call.handle_network_change(now));
    world.run(1_000);
    world.go_online(0);
    world.run(1_100);
    assert_eq!(restarts(&world, 0), 1);
}

#[test]
fn a_relay_that_was_started_anew_costs_the_relayed_paths_and_no_other() {
    let mut world = World::new(3, 1);
    for node in 0..3 {
        world.join(node);
        world.run(1_000);
    }
    for (at, of, is_relayed) in [(0, 1, true), (1, 0, true), (0, 2, false), (2, 0, false)] {
        let (peer, now) = (world.peer_id(at, of).expect("open"), world.now);
        world.act(at, |call| {
            call.handle_peer(peer, PeerEvent::Path { is_relayed }, now);
        });
    }
    for node in 0..3 {
        world.go_offline(node);
    }
    world.roster.clear();
    world.run(4_000);
    for node in 0..3 {
        world.go_online(node);
        let (now, fresh) = (world.now, ice(world.now + 3_600_000));
        world.act(node, |call| call.handle_ice_servers(fresh, now));
        world.run(150);
    }
    world.run(1_000);
    world.assert_full_mesh("after");
    assert_eq!([0, 1, 2].map(|node| restarts(&world, node)), [1, 1, 0]);
    assert_eq!(
        world.commands(0, |command| matches!(command, PeerCommand::Close)),
        0
    );
}
