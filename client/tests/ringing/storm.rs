//! Messages are lost, late and in any order, and people do what they like. In the end nothing rings, and every call has
//! at most one mark.

use super::world::{Weather, World};

fn storm(seed: u64) {
    let mut world = World::new(&[1, 1, 2, 2, 3], seed);
    world.weather = Weather {
        loss: 30,
        delay: 2_500,
    };
    for _ in 0..60 {
        let phone = usize::try_from(world.roll(5)).unwrap();
        match world.roll(6) {
            0 => {
                world.call(phone);
            }
            1 | 2 if world.rings(phone) => world.answer(phone),
            3 if world.rings(phone) => world.decline(phone),
            4 => world.hang_up(phone),
            _ => {}
        }
        let pause = world.roll(20_000);
        world.run(pause);
    }
    for phone in 0..5 {
        world.hang_up(phone);
    }
    world.run(120_000);
    for phone in 0..5 {
        assert!(!world.rings(phone), "seed {seed}: {phone} rings");
        assert_eq!(world.state(phone), None, "seed {seed}: {phone}");
        assert_eq!(world.seat(phone), None, "seed {seed}: {phone}");
    }
    let mut rooms: Vec<_> = world.marks.iter().map(|it| it.room).collect();
    rooms.sort();
    let all = rooms.len();
    rooms.dedup();
    assert_eq!(rooms.len(), all, "seed {seed}: a call has two marks");
}

#[test]
fn nothing_is_left_over() {
    for seed in 0..200 {
        storm(seed);
    }
}

#[test]
fn in_bad_weather_a_call_is_taken_all_the_same() {
    let mut taken = 0;
    for seed in 0..200 {
        let mut world = World::new(&[1, 2, 2], seed);
        world.weather = Weather {
            loss: 25,
            delay: 800,
        };
        world.call(0);
        world.run(20_000);
        let Some(phone) = (1..3).find(|it| world.rings(*it)) else {
            continue;
        };
        world.answer(phone);
        world.run(20_000);
        taken += u32::from(world.talks(0) && world.talks(phone));
        assert!((1..3).all(|it| !world.rings(it)), "seed {seed}");
    }
    assert!(taken >= 195, "{taken}");
}
