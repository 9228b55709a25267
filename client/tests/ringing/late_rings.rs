//! A relay that keeps rings back or repeats them makes nothing ring.

use parley_client::ringing::{About, RingSays};

use super::world::{TALK, World};

#[test]
fn a_ring_that_was_kept_back_does_not_ring() {
    let mut world = World::new(&[1, 2], 1);
    world.held = vec![1];
    world.call(0);
    world.run(50_000);
    assert_eq!(world.state(0), None);
    world.release();
    world.run(10_000);
    assert!(world.phones[1].rang.is_empty());
}

#[test]
fn an_answer_to_the_question_that_was_kept_back_does_not_ring() {
    let mut world = World::new(&[1, 2], 2);
    let room = world.call(0);
    world.run(230);
    // The question is on its way: what answers it is kept back.
    world.held = vec![1];
    world.run(20_000);
    world.hang_up(0);
    world.run(1_000);
    world.release();
    world.run(10_000);
    assert!(!world.rings(1));
    let about = About {
        conversation: TALK,
        room,
    };
    world.forge(0, 1, about, RingSays::On { nonce: 7 });
    assert!(!world.rings(1));
}

#[test]
fn without_a_word_of_the_caller_it_stops() {
    let mut world = World::new(&[1, 2], 3);
    world.call(0);
    world.run(1_000);
    assert!(world.rings(1));
    world.held = vec![1];
    world.run(12_000);
    assert!(!world.rings(1));
    world.release();
    world.run(3_000);
    assert!(!world.rings(1), "it does not begin again");
}

#[test]
fn a_relay_that_brings_every_ring_late_cannot_ring_for_ever() {
    let mut world = World::new(&[1, 2], 4);
    let room = world.call(0);
    world.run(1_000);
    let about = About {
        conversation: TALK,
        room,
    };
    let mut rang = 0;
    for _ in 0..200 {
        world.forge(0, 1, about, RingSays::Ring);
        world.run(1_000);
        rang += u32::from(world.rings(1));
    }
    assert!(rang <= 60, "{rang}");
}
