//! A call rings on all devices of the called person, and one of them takes it.

use parley_client::ringing::{CallOutcome, MineState, WhyEnded};

use super::world::World;

#[test]
fn all_devices_ring_and_are_silent_once_one_takes_it() {
    let mut world = World::new(&[1, 2, 2, 1], 1);
    let room = world.call(0);
    assert_eq!(world.state(0), Some(MineState::Calling));
    assert!(
        !world.rings(1),
        "nothing rings before the caller is in the room"
    );
    world.run(1_000);
    assert_eq!(world.state(0), Some(MineState::Rings));
    assert!(world.rings(1) && world.rings(2));
    assert!(!world.rings(3), "an own device does not ring");
    world.run(8_000);
    world.answer(2);
    world.run(50);
    assert!(!world.rings(1) && !world.rings(2));
    world.run(1_000);
    assert!(world.talks(0) && world.talks(2));
    assert_eq!(world.state(1), None);
    assert_eq!((world.seat(0), world.seat(2)), (Some(room), Some(room)));
    assert_eq!(world.seat(1), None);
    world.run(12 * 60_000);
    world.hang_up(2);
    world.run(100);
    assert_eq!((world.state(0), world.state(2)), (None, None));
    assert_eq!(world.why(0), Some(WhyEnded::TheyLeft));
    let [CallOutcome::Lasted { seconds }] = world.outcomes()[..] else {
        panic!("{:?}", world.outcomes());
    };
    assert!((720..=722).contains(&seconds), "{seconds}");
}

#[test]
fn two_devices_that_take_it_at_once_are_one() {
    for seed in 0..40 {
        let mut world = World::new(&[1, 2, 2], seed);
        world.call(0);
        world.run(1_000);
        world.answer(1);
        world.answer(2);
        world.run(2_000);
        let talking: Vec<usize> = (1..3).filter(|it| world.talks(*it)).collect();
        assert_eq!(talking.len(), 1, "seed {seed}");
        let other = 3 - talking[0];
        assert_eq!(world.state(other), None);
        assert_eq!(world.why(other), Some(WhyEnded::Elsewhere));
        assert!(world.talks(0));
    }
}

#[test]
fn a_device_that_comes_later_rings_as_well() {
    let mut world = World::new(&[1, 2], 3);
    world.close(1);
    world.call(0);
    world.run(20_000);
    assert_eq!(world.state(0), Some(MineState::Calling));
    world.open(1);
    world.run(4_000);
    assert!(world.rings(1));
}

#[test]
fn the_browser_may_ask_for_the_microphone_for_long() {
    let mut world = World::new(&[1, 2], 4);
    world.phones[0].asks = 30_000;
    world.phones[1].asks = 30_000;
    world.call(0);
    world.run(29_000);
    assert!(!world.rings(1));
    world.run(2_000);
    assert!(world.rings(1));
    world.answer(1);
    world.run(29_000);
    assert_eq!(world.state(0), Some(MineState::Taken));
    world.run(2_000);
    assert!(world.talks(0) && world.talks(1));
}
