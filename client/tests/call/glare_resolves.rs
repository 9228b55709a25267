//! Both sides offer at once: the polite one gives way, and one negotiation is completed.

use parley_client::call::{CallEffect, Ignored, PeerEvent};

use super::asking::{is_answer, is_offer};
use super::world::World;

#[test]
fn both_offer_at_the_beginning() {
    for seed in 0..50 {
        let mut world = World::new(2, seed);
        world.begin(0);
        world.begin(1);
        // Each believes to be the newcomer.
        world.show_roster(0, &[1, 0]);
        world.show_roster(1, &[0, 1]);
        world.run(1_000);
        assert!(world.are_connected(0, 1), "seed {seed}");
        assert_eq!(
            world.sent(1, is_answer),
            0,
            "seed {seed}: the impolite one does not give way"
        );
        assert_eq!(world.sent(0, is_answer), 1, "seed {seed}");
    }
}

#[test]
fn both_renegotiate_in_the_middle() {
    let mut collisions = 0;
    for seed in 0..50 {
        let mut world = World::new(2, seed);
        world.join(0);
        world.run(100);
        world.join(1);
        world.run(1_000);
        let now = world.now;
        for (at, of) in [(0, 1), (1, 0)] {
            let peer = world.peer_id(at, of).expect("a connection");
            world.act(at, |call| {
                call.handle_peer(peer, PeerEvent::NegotiationNeeded, now);
            });
        }
        world.run(1_000);
        assert!(world.are_connected(0, 1), "seed {seed}");
        assert_eq!(
            world.sent(1, is_offer),
            2,
            "seed {seed}: the impolite one's offer stands"
        );
        collisions += world
            .log
            .iter()
            .filter(|(_, _, effect)| {
                matches!(
                    effect,
                    CallEffect::Ignored {
                        reason: Ignored::Collision,
                        ..
                    }
                )
            })
            .count();
    }
    assert!(collisions > 10, "only {collisions} collisions were tried");
}

#[test]
fn the_offer_that_stands_goes_again_when_the_other_side_has_not_heard_it() {
    let mut world = World::new(2, 1);
    world.begin(0);
    world.begin(1);
    let mut left = 1;
    world.drops = Box::new(move |from, _, signal| {
        let hit = left > 0 && from == 1 && is_offer(&signal.body);
        left -= u32::from(hit);
        hit
    });
    world.show_roster(0, &[1, 0]);
    world.run(900);
    // Only now does the other side make its offer, which is lost. By itself it would go again after two seconds.
    world.show_roster(1, &[0, 1]);
    world.run(1_700);
    assert!(world.are_connected(0, 1));
}
