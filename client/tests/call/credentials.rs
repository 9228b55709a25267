//! TURN credentials end: others are asked for in time, and every connection gets them before it restarts.

use parley_client::call::{CallEffect, PeerCommand};

use super::world::{World, ice};

fn connected() -> World {
    let mut world = World::new(3, 1);
    for node in 0..3 {
        world.join(node);
        world.run(1_000);
    }
    world
}

#[test]
fn they_are_asked_for_five_minutes_early() {
    let mut world = connected();
    let expires_at = world.now + 3_600_000;
    let now = world.now;
    world.act(0, |call| call.handle_ice_servers(ice(expires_at), now));
    let asked = |world: &World| {
        let all = world.log.iter().filter(|(_, node, _)| *node == 0);
        all.filter(|(_, _, effect)| *effect == CallEffect::RefreshIceServers)
            .count()
    };
    world.run(3_299_000);
    assert_eq!(asked(&world), 0);
    world.run(2_000);
    assert_eq!(asked(&world), 1);
    world.run(180_000);
    assert_eq!(asked(&world), 4, "without an answer once a minute");
}

#[test]
fn every_connection_gets_them() {
    let mut world = connected();
    let (now, fresh) = (world.now, ice(world.now + 7_200_000));
    world.act(0, |call| call.handle_ice_servers(fresh.clone(), now));
    let wanted = PeerCommand::SetConfiguration {
        ice: fresh.clone(),
        relay_only: false,
    };
    assert_eq!(world.commands(0, |command| *command == wanted), 2);
    let other = world.device(1);
    world.act(0, |call| call.retry(other, now));
    let created = PeerCommand::Create {
        ice: fresh,
        relay_only: false,
    };
    assert_eq!(world.commands(0, |command| *command == created), 1);
}

#[test]
fn hiding_the_address_connects_anew_through_the_relay() {
    let mut world = connected();
    let now = world.now;
    world.act(0, |call| call.set_relay_only(true, now));
    let created = |command: &PeerCommand| {
        matches!(
            command,
            PeerCommand::Create {
                relay_only: true,
                ..
            }
        )
    };
    assert_eq!(world.commands(0, created), 2);
    world.run(1_000);
    world.assert_full_mesh("after");
}

#[test]
fn no_secret_is_printed() {
    let mut world = connected();
    world.act(0, |call| {
        let _ = call;
    });
    for (_, _, effect) in &world.log {
        let text = format!("{effect:?}");
        for secret in ["secret", "candidate:", "u1.", " - "] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
