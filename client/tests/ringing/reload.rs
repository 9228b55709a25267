//! The page is loaded anew while a call rings or goes on.

use parley_client::ringing::{CallOutcome, WhyEnded};

use super::world::World;

#[test]
fn a_ring_ends_with_its_page_and_is_marked_when_it_is_back() {
    let mut world = World::new(&[1, 2], 1);
    world.call(0);
    world.run(2_000);
    world.close(0);
    world.run(12_000);
    assert!(!world.rings(1));
    assert!(world.outcomes().is_empty());
    world.open(0);
    world.run(100);
    assert_eq!(world.outcomes(), [CallOutcome::Missed]);
    assert_eq!(world.state(0), None);
}

#[test]
fn a_call_goes_on_with_either_page_loaded_anew() {
    for place in [0, 1] {
        let mut world = World::new(&[1, 2], 2);
        let room = world.call(0);
        world.run(1_000);
        world.answer(1);
        world.run(90_000);
        world.close(place);
        world.run(2_000);
        world.unseat(place);
        world.open(place);
        world.run(2_000);
        assert!(world.talks(0) && world.talks(1));
        assert_eq!((world.seat(0), world.seat(1)), (Some(room), Some(room)));
        world.run(120_000);
        assert!(world.talks(0) && world.talks(1));
        world.hang_up(1 - place);
        world.run(1_000);
        assert!(
            matches!(world.outcomes()[..], [CallOutcome::Lasted { seconds }] if seconds >= 200)
        );
    }
}

#[test]
fn a_page_that_is_opened_the_next_day_is_in_no_call() {
    let mut world = World::new(&[1, 2], 3);
    world.call(0);
    world.run(1_000);
    world.answer(1);
    world.run(300_000);
    world.close(0);
    world.unseat(0);
    world.run(86_400_000);
    world.open(0);
    world.run(100);
    assert_eq!(world.why(0), Some(WhyEnded::Lost));
    let [CallOutcome::Lasted { seconds }] = world.outcomes()[..] else {
        panic!("{:?}", world.outcomes());
    };
    assert!((230..=301).contains(&seconds), "{seconds}");
}
