//! Who comes later offers to those who are there. Nobody else does.

use parley_client::call::{CallEffect, CallStatus, PeerStatus};

use super::asking::{is_answer, is_offer};
use super::world::World;

#[test]
fn the_newcomer_offers_to_everyone() {
    // The newcomer once has the smallest id, once the largest: politeness does not matter here.
    for (first, second, newcomer) in [(1, 2, 0), (0, 1, 2)] {
        let mut world = World::new(3, 1);
        world.join(first);
        world.run(100);
        world.join(second);
        world.run(1_000);
        assert_eq!(
            (world.sent(first, is_offer), world.sent(second, is_offer)),
            (0, 1)
        );
        world.join(newcomer);
        world.run(1_000);
        world.assert_full_mesh("after the third");
        assert_eq!(world.sent(newcomer, is_offer), 2);
        assert_eq!(
            (world.sent(first, is_offer), world.sent(second, is_offer)),
            (0, 1)
        );
        assert_eq!(
            (world.sent(first, is_answer), world.sent(second, is_answer)),
            (2, 1)
        );
    }
}

#[test]
fn the_screen_hears_of_each_step_once() {
    let mut world = World::new(2, 2);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    let told: Vec<&CallEffect> = world
        .log
        .iter()
        .filter(|(_, node, _)| *node == 1)
        .map(|(_, _, effect)| effect)
        .filter(|effect| {
            matches!(
                effect,
                CallEffect::Status(_) | CallEffect::PeerStatus { .. }
            )
        })
        .collect();
    let device = world.device(0);
    assert_eq!(
        told,
        [
            &CallEffect::Status(CallStatus::Joining),
            &CallEffect::PeerStatus {
                device,
                status: PeerStatus::Connecting
            },
            &CallEffect::Status(CallStatus::Joined),
            &CallEffect::PeerStatus {
                device,
                status: PeerStatus::Connected
            },
        ]
    );
}

#[test]
fn who_was_first_offers_when_the_newcomer_does_not() {
    let mut world = World::new(2, 3);
    world.begin(0);
    world.begin(1);
    world.show_roster(0, &[0, 1]);
    world.run(3_900);
    assert_eq!(world.sent(0, is_offer), 0);
    world.run(300);
    assert_eq!(world.sent(0, is_offer), 1);
}
