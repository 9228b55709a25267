//! How a call ends when somebody vanishes.

use parley_client::ringing::{CallOutcome, WhyEnded};

use super::world::World;

#[test]
fn whoever_is_alone_leaves() {
    let mut world = World::new(&[1, 2], 1);
    world.call(0);
    world.run(1_000);
    world.answer(1);
    world.run(60_000);
    world.close(1);
    world.run(10_000);
    world.unseat(1);
    assert!(world.talks(0));
    world.run(16_000);
    assert_eq!(world.state(0), None);
    assert_eq!(world.why(0), Some(WhyEnded::Lost));
    assert!(matches!(world.outcomes()[..], [CallOutcome::Lasted { .. }]));
}

#[test]
fn a_relay_that_forgets_the_room_ends_no_call() {
    let mut world = World::new(&[1, 2], 2);
    let room = world.call(0);
    world.run(1_000);
    world.answer(1);
    world.run(60_000);
    let (one, other) = (world.phones[0].me, world.phones[1].me);
    for place in 0..2 {
        let now = world.now;
        world.phones[place].ringing.note_room(None, now);
    }
    world.run(60_000);
    assert!(world.talks(0) && world.talks(1));
    for place in 0..2 {
        let now = world.now;
        let here = [one, other];
        world.phones[place]
            .ringing
            .note_room(Some((room, &here[..])), now);
    }
    world.run(60_000);
    assert!(world.talks(0) && world.talks(1));
}

#[test]
fn an_answer_without_anybody_who_comes_is_a_missed_call() {
    let mut world = World::new(&[1, 2], 3);
    world.phones[1].asks = 1_000_000;
    world.call(0);
    world.run(1_000);
    world.answer(1);
    world.run(61_000);
    assert_eq!((world.state(0), world.why(0)), (None, Some(WhyEnded::Lost)));
    assert_eq!(world.outcomes(), [CallOutcome::Missed]);
}
