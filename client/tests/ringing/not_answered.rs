//! A call that nobody takes: declined, given up, too late, or the person is in another one.

use parley_client::ringing::{CallOutcome, WhyEnded};

use super::world::World;

#[test]
fn one_device_declines_for_all() {
    let mut world = World::new(&[1, 2, 2], 1);
    world.call(0);
    world.run(1_000);
    world.decline(1);
    world.run(100);
    assert!(!world.rings(2));
    assert_eq!(world.state(0), None);
    assert_eq!(world.why(0), Some(WhyEnded::Declined));
    assert_eq!(world.outcomes(), [CallOutcome::Declined]);
}

#[test]
fn the_caller_gives_up() {
    let mut world = World::new(&[1, 2, 2], 2);
    world.call(0);
    world.run(5_000);
    world.hang_up(0);
    world.run(100);
    assert!(!world.rings(1) && !world.rings(2));
    assert_eq!(world.outcomes(), [CallOutcome::Missed]);
}

#[test]
fn nobody_is_there() {
    let mut world = World::new(&[1, 2, 2], 3);
    world.close(1);
    world.call(0);
    world.run(44_000);
    assert!(world.rings(2));
    world.run(3_000);
    assert!(!world.rings(2));
    assert_eq!(world.why(0), Some(WhyEnded::NoAnswer));
    assert_eq!(world.outcomes(), [CallOutcome::Missed]);
}

#[test]
fn who_talks_to_somebody_else_is_busy() {
    let mut world = World::new(&[1, 2, 3, 2], 4);
    let other = world.add_conversation(0x31, &[2, 3]);
    world.call_in(2, other);
    world.run(1_000);
    world.answer(1);
    world.run(1_000);
    assert!(world.talks(1) && world.talks(2));
    world.call(0);
    world.run(1_000);
    assert_eq!(world.why(0), Some(WhyEnded::Busy));
    assert!(!world.rings(3), "the other device of theirs is silent, too");
    assert!(world.talks(1) && world.talks(2));
    assert_eq!(world.outcomes(), [CallOutcome::Missed]);
}

#[test]
fn a_caller_that_never_gets_into_the_room_rings_nobody() {
    let mut world = World::new(&[1, 2], 5);
    world.phones[0].asks = 1_000_000;
    world.call(0);
    world.run(100_000);
    assert_eq!(world.state(0), None);
    assert!(
        world.phones[1]
            .heard
            .iter()
            .all(|it| { matches!(it, parley_client::ringing::RingSays::Over) })
    );
    assert!(world.outcomes().is_empty());
}

#[test]
fn who_is_not_to_be_disturbed_hears_nothing() {
    let mut world = World::new(&[1, 2], 6);
    world.phones[1].may_ring = false;
    world.call(0);
    world.run(60_000);
    assert!(world.phones[1].rang.is_empty());
    assert_eq!(world.why(0), Some(WhyEnded::NoAnswer));
}
