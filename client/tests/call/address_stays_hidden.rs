//! Somebody hides their address: whatever the browser gathers, no other address than the relay's ever leaves.

use parley_client::call::{CallEffect, CallSignal, SignalBody};

use super::browser::{OUTSIDE_ADDRESS, OWN_ADDRESS, RELAY_ADDRESS};
use super::world::World;

const HIDING: usize = 0;

fn world() -> World {
    let mut world = World::new(3, 1);
    world.nodes[HIDING].hides_address = true;
    world
}

fn sent_since(world: &World, from: usize, since: usize) -> Vec<&CallSignal> {
    let sent = world.log[since..].iter();
    sent.filter_map(|(_, node, effect)| {
        let CallEffect::Send { signal, .. } = effect else {
            return None;
        };
        (*node == from).then_some(signal)
    })
    .collect()
}

fn text(signals: &[&CallSignal]) -> String {
    serde_json::to_string(signals).expect("JSON")
}

#[track_caller]
fn assert_hidden(world: &World, since: usize) {
    let sent = sent_since(world, HIDING, since);
    let described = |signal: &&CallSignal| matches!(signal.body, SignalBody::Description(_));
    assert!(sent.iter().any(described), "a description");
    let text = text(&sent);
    assert!(text.contains(RELAY_ADDRESS), "relayed candidates are sent");
    for address in [OWN_ADDRESS, OUTSIDE_ADDRESS, "typ host", "typ srflx"] {
        assert!(!text.contains(address), "{address} left: {text}");
    }
}

#[test]
fn from_the_first_packet_on_whoever_offers() {
    for first in [0, 1] {
        let mut world = world();
        world.join(first);
        world.run(100);
        world.join(1 - first);
        world.join(2);
        world.run(5_000);
        world.assert_full_mesh("hidden");
        assert_hidden(&world, 0);
        // The others do not hide, and it is seen that this test could fail.
        assert!(text(&sent_since(&world, 1, 0)).contains(OWN_ADDRESS));
    }
}

#[test]
fn after_an_ice_restart_and_after_a_replacement() {
    let mut world = world();
    for node in 0..3 {
        world.join(node);
        world.run(1_000);
    }
    for seconds in [6, 60] {
        let since = world.log.len();
        world.block(HIDING, 1);
        world.run(seconds * 1_000);
        world.unblock(HIDING, 1);
        world.run(25_000);
        world.assert_full_mesh("mended");
        assert_hidden(&world, since);
    }
    let since = world.log.len();
    let (other, now) = (world.device(1), world.now);
    world.act(HIDING, |call| call.retry(other, now));
    world.run(2_000);
    assert_hidden(&world, since);
}

#[test]
fn from_the_moment_it_is_switched_on_in_a_call() {
    let mut world = World::new(3, 1);
    for node in 0..3 {
        world.join(node);
        world.run(1_000);
    }
    let since = world.log.len();
    let now = world.now;
    world.act(HIDING, |call| call.set_relay_only(true, now));
    world.run(5_000);
    world.assert_full_mesh("connected anew");
    assert_hidden(&world, since);
}

/// What was gathered before, and would be sent again when the relay is back, tells of the old paths.
#[test]
fn switched_on_while_the_relay_is_away_nothing_old_is_sent_again() {
    let mut world = World::new(3, 1);
    world.join(HIDING);
    world.run(100);
    world.join(1);
    // The offer is made, and its answer never comes.
    world.drops = Box::new(|from, _, _| from == 1);
    world.run(500);
    world.go_offline(HIDING);
    let since = world.log.len();
    let now = world.now;
    world.act(HIDING, |call| call.set_relay_only(true, now));
    world.run(3_000);
    world.drops = Box::new(|_, _, _| false);
    world.go_online(HIDING);
    world.run(20_000);
    assert!(world.are_connected(HIDING, 1));
    assert_hidden(&world, since);
}

#[test]
fn switched_off_again_the_direct_way_is_tried() {
    let mut world = world();
    for node in 0..3 {
        world.join(node);
        world.run(1_000);
    }
    let since = world.log.len();
    let now = world.now;
    world.act(HIDING, |call| call.set_relay_only(false, now));
    world.run(5_000);
    world.assert_full_mesh("after");
    assert!(text(&sent_since(&world, HIDING, since)).contains(OWN_ADDRESS));
}
