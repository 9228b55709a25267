//! A group is called: each of them takes it or not.

use parley_client::ringing::{CallOutcome, WhyEnded};

use super::world::World;

#[test]
fn some_come_and_some_do_not() {
    let mut world = World::new(&[1, 2, 3, 4], 1);
    let room = world.call(0);
    world.run(1_000);
    assert!((1..4).all(|it| world.rings(it)));
    world.answer(1);
    world.run(1_000);
    world.decline(2);
    world.run(1_000);
    assert!(world.talks(0) && world.talks(1) && world.rings(3));
    world.run(50_000);
    assert!(!world.rings(3));
    assert!(world.talks(0) && world.talks(1));
    assert_eq!(world.seat(1), Some(room));
    world.hang_up(0);
    world.run(1_000);
    assert!(world.outcomes().len() == 1);
    assert!(matches!(world.outcomes()[0], CallOutcome::Lasted { .. }));
}

#[test]
fn the_others_go_on_without_the_caller() {
    let mut world = World::new(&[1, 2, 3], 2);
    world.call(0);
    world.run(1_000);
    world.answer(1);
    world.answer(2);
    world.run(2_000);
    world.hang_up(0);
    world.run(60_000);
    assert!(world.talks(1) && world.talks(2));
    world.hang_up(1);
    world.run(20_000);
    assert_eq!(world.why(2), Some(WhyEnded::Lost));
}

#[test]
fn all_decline() {
    let mut world = World::new(&[1, 2, 3], 3);
    world.call(0);
    world.run(1_000);
    world.decline(1);
    world.run(500);
    assert!(world.rings(2));
    world.decline(2);
    world.run(500);
    assert_eq!(world.outcomes(), [CallOutcome::Declined]);
}
