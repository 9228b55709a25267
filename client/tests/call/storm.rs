//! Five devices join, leave, crash and lose the relay in random order while signals are lost, doubled, late
//! and out of order. When it is calm again, everyone in the roster has one connection to each other one, and of the
//! person with two devices one is there at most.
//!
//! `CALL_SEED=17 cargo nextest run -p parley-client storm` runs one schedule, `CALL_SEEDS=5000` so many.

use super::dice::Weather;
use super::world::World;

const SEEDS: u64 = 300;
const DEVICES: usize = 5;

#[test]
fn after_the_storm_everyone_hears_everyone() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse().expect("a number"))
    };
    let seeds = match number("CALL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("CALL_SEEDS").unwrap_or(SEEDS),
    };
    for seed in seeds {
        storm(seed);
    }
}

fn storm(seed: u64) {
    let devices = u8::try_from(DEVICES).expect("few");
    let mut world = World::new(devices, seed);
    // The last one is another device of the first one's person.
    world.nodes[DEVICES - 1].user = world.nodes[0].user;
    world.hands_over = true;
    world.weather = Weather {
        loss: world.dice.below(40),
        double: world.dice.below(30),
        delay: 1 + world.dice.below(1_500),
    };
    for _ in 0..40 {
        something_happens(&mut world);
        let pause = world.dice.below(4_000);
        world.run(pause);
    }
    world.weather = Weather::CALM;
    world.blocked.clear();
    for node in 0..DEVICES {
        if !world.nodes[node].is_online {
            world.go_online(node);
        }
        if world.nodes[node].call.is_none() && world.dice.percent(50) {
            world.join(node);
        }
    }
    world.publish();
    world.run(120_000);
    world.assert_full_mesh(&format!("seed {seed}"));
}

fn something_happens(world: &mut World) {
    let node = usize::try_from(world.dice.below(5)).expect("few");
    let other = (node + 1 + usize::try_from(world.dice.below(4)).expect("few")) % DEVICES;
    let is_in = world.nodes[node].call.is_some();
    let is_online = world.nodes[node].is_online;
    match world.dice.below(12) {
        0..=4 if !is_in && is_online => world.join(node),
        0 | 1 if is_in && is_online => world.leave(node),
        2 if is_in => world.crash(node),
        5 if is_online => world.go_offline(node),
        5 | 6 if !is_online => world.go_online(node),
        7 => world.block(node, other),
        8 => world.unblock(node, other),
        9 => restart_relay(world),
        10 if is_in && is_online => {
            let (now, device) = (world.now, world.device(other));
            world.act(node, |call| call.retry(device, now));
        }
        _ => {}
    }
}

fn restart_relay(world: &mut World) {
    for node in 0..DEVICES {
        if world.nodes[node].is_online {
            world.go_offline(node);
        }
    }
    world.roster.clear();
    let away = world.dice.below(20_000);
    world.run(away);
    for node in 0..DEVICES {
        let pause = world.dice.below(4_000);
        world.run(pause);
        world.go_online(node);
    }
}
