//! Six people, and fifty times one of them joins or leaves, in an order that the seed decides: soon after each the mesh
//! is whole, with no offer left open. `CALL_SEED=17 cargo nextest run coming_and_going` plays one order,
//! `CALL_SEEDS=5000` so many.

use parley_client::call::PeerStatus;

use super::browser::Signalling;
use super::dice::Weather;
use super::world::World;

const SEEDS: u64 = 100;
const PEOPLE: usize = 6;
const CHANGES: usize = 50;
/// Within this after the last one joined, every pair is connected when nothing is lost.
const CALM_WITHIN: u64 = 1_000;
/// Who goes without a word may come back for so long, until the others let go.
const GRACE: u64 = 6_000;
/// The same when every tenth signal is lost, many come twice, and some take half a second: three offers in a row may
/// be lost.
const ROUGH_WITHIN: u64 = 25_000;

#[test]
fn after_each_change_everyone_is_connected_and_nothing_is_left_open() {
    for seed in seeds() {
        come_and_go(seed, Weather::CALM, CALM_WITHIN);
    }
}

#[test]
fn the_same_when_signals_are_lost_doubled_and_late() {
    let rough = Weather {
        loss: 10,
        double: 20,
        delay: 500,
    };
    for seed in seeds() {
        come_and_go(seed, rough, ROUGH_WITHIN);
    }
}

/// Everybody at once: each has offers from all others while making their own.
#[test]
fn six_join_in_the_same_moment() {
    for seed in seeds() {
        let mut world = World::new(6, seed);
        for node in 0..PEOPLE {
            world.join(node);
        }
        world.run(CALM_WITHIN);
        whole(&world, &format!("seed {seed}"));
    }
}

fn come_and_go(seed: u64, weather: Weather, within: u64) {
    let mut world = World::new(6, seed);
    world.weather = weather;
    let mut grace = 0;
    for change in 0..CHANGES {
        let node = usize::try_from(world.dice.below(6)).expect("few");
        match (world.nodes[node].call.is_some(), world.dice.percent(80)) {
            (false, _) => world.join(node),
            (true, true) => world.leave(node),
            // A tab that is closed says nothing.
            (true, false) => {
                world.crash(node);
                grace = GRACE;
            }
        }
        // Now and then the next one does not wait for the others to be connected.
        if world.dice.percent(40) {
            let pause = world.dice.below(300);
            world.run(pause);
            continue;
        }
        world.run(within + std::mem::take(&mut grace));
        whole(&world, &format!("seed {seed}, change {change}"));
    }
}

/// A full mesh, and every connection has agreed.
fn whole(world: &World, context: &str) {
    world.assert_full_mesh(context);
    for (at, node) in world.nodes.iter().enumerate() {
        for (peer, fake) in &node.browser {
            assert_eq!(
                fake.signalling,
                Signalling::Stable,
                "{context}: device {at} has an open offer to {:?}",
                peer.device
            );
            assert!(!fake.busy, "{context}");
        }
        for other in 0..world.nodes.len() {
            let status = world.status(at, other);
            assert!(
                matches!(status, None | Some(PeerStatus::Connected)),
                "{context}"
            );
        }
    }
}

fn seeds() -> std::ops::Range<u64> {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse().expect("a number"))
    };
    match number("CALL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("CALL_SEEDS").unwrap_or(SEEDS),
    }
}
