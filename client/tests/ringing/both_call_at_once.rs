//! Two who call each other at once meet in one call.

use super::world::World;

#[test]
fn they_meet_in_one_room() {
    for seed in 0..100 {
        let mut world = World::new(&[1, 2, 1, 2], seed);
        world.weather.delay = 400;
        world.call(0);
        let between = world.roll(1_500);
        world.run(between);
        if world.rings(1) {
            // Their call is here already: to call is to answer.
            world.answer(1);
        } else {
            world.call(1);
        }
        world.run(15_000);
        assert!(world.talks(0) && world.talks(1), "seed {seed}");
        assert_eq!(world.seat(0), world.seat(1), "seed {seed}");
        assert!(!world.rings(2) && !world.rings(3), "seed {seed}");
        world.run(60_000);
        world.hang_up(0);
        world.run(5_000);
        assert_eq!((world.state(0), world.state(1)), (None, None));
        assert_eq!(world.marks.len(), 1, "seed {seed}: {:?}", world.marks);
    }
}

/// The one who is called gets into the own room after the other's question was answered, and rings then.
#[test]
fn one_whose_browser_is_slow_meets_the_other() {
    let mut met_in = [0; 2];
    for seed in 0..400 {
        let mut world = World::new(&[1, 2], seed);
        world.weather.delay = 400;
        world.phones[1].asks = world.roll(2_000);
        let rooms = [world.call(0), world.call(1)];
        world.run(20_000);
        assert!(world.talks(0) && world.talks(1), "seed {seed}");
        assert_eq!(world.seat(0), world.seat(1), "seed {seed}");
        let place = rooms.iter().position(|it| world.seat(0) == Some(*it));
        met_in[place.unwrap()] += 1;
        world.hang_up(0);
        world.run(5_000);
        assert_eq!(world.marks.len(), 1, "seed {seed}: {:?}", world.marks);
    }
    assert!(met_in.iter().all(|it| *it > 10), "{met_in:?}");
}

#[test]
fn to_call_who_rings_is_to_answer() {
    let mut world = World::new(&[1, 2], 1);
    world.call(0);
    world.run(1_000);
    assert!(world.rings(1));
    world.call(1);
    world.run(1_000);
    assert!(world.talks(0) && world.talks(1));
}
