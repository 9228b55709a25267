//! Signals of an earlier stay, of either side, do nothing. A new stay gets a new connection.

use parley_client::call::{CallEffect, CallSignal, Ignored};

use super::asking::is_offer;
use super::world::World;

/// The first offer that device 1 sent.
fn first_offer(world: &World) -> CallSignal {
    let offer_of = |effect: &CallEffect| {
        let CallEffect::Send { signal, .. } = effect else {
            return None;
        };
        is_offer(&signal.body).then(|| signal.clone())
    };
    let mut of_one = world.log.iter().filter(|(_, node, _)| *node == 1);
    of_one
        .find_map(|(_, _, effect)| offer_of(effect))
        .expect("an offer")
}

fn connected() -> World {
    let mut world = World::new(2, 1);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    assert!(world.are_connected(0, 1));
    world
}

#[test]
fn an_offer_for_an_earlier_stay_of_the_receiver() {
    let mut world = connected();
    let old = first_offer(&world);
    world.leave(0);
    world.run(100);
    world.join(0);
    world.run(1_000);
    assert!(world.are_connected(0, 1));
    let before = world.commands(0, |_| true);
    world.deliver(world.device(1), 0, old);
    assert_eq!(world.commands(0, |_| true), before);
    assert!(matches!(
        world.log.last(),
        Some((
            _,
            0,
            CallEffect::Ignored {
                reason: Ignored::OtherStay,
                ..
            }
        ))
    ));
}

#[test]
fn an_offer_of_an_earlier_stay_of_the_sender() {
    let mut world = connected();
    let old = first_offer(&world);
    world.crash(1);
    world.run(20_000);
    world.join(1);
    world.run(1_000);
    assert!(world.are_connected(0, 1));
    let before = world.commands(0, |_| true);
    world.deliver(world.device(1), 0, old);
    world.run(20_000);
    assert_eq!(world.commands(0, |_| true), before);
    assert!(world.are_connected(0, 1));
}

#[test]
fn a_new_stay_replaces_the_old_at_once() {
    let mut world = connected();
    let old = world.peer_id(0, 1).expect("a connection");
    // The tab reloads, and is back before the relay noticed that it was gone.
    world.kill_tab(1);
    world.join(1);
    world.run(1_000);
    assert!(world.are_connected(0, 1));
    assert_ne!(world.peer_id(0, 1), Some(old));
}
