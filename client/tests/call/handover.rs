//! One person, two devices: the later one takes the call over, and nobody else misses anything.

use parley_client::call::{CallEffect, CallSignal, Ignored, PeerStatus, SignalBody};
use parley_protocol::ids::DeviceId;

use super::dice::Weather;
use super::world::{CHANNEL, World};

/// Devices 0 and 1 are of two people, 2 is another one of the person of device 0.
fn world(seed: u64) -> World {
    let mut world = World::new(3, seed);
    world.nodes[2].user = world.nodes[0].user;
    world
}

fn is_taken_over(world: &World, node: usize) -> bool {
    let mut effects = world.log.iter().filter(|(_, of, _)| *of == node);
    effects.any(|(_, _, effect)| matches!(effect, CallEffect::TakenOver))
}

fn take_over(world: &World, from: usize, to: usize) -> CallSignal {
    CallSignal {
        channel: CHANNEL,
        from_session: world.session(from),
        to_session: world.session(to),
        connection: 1,
        body: SignalBody::TakeOver,
    }
}

#[test]
fn the_earlier_device_is_told_once_the_later_one_is_connected() {
    for seed in 0..50 {
        let mut world = world(seed);
        world.weather = Weather {
            loss: world.dice.below(30),
            double: world.dice.below(30),
            delay: 1 + world.dice.below(800),
        };
        world.join(0);
        world.join(1);
        world.run(20_000);
        assert!(world.are_connected(0, 1), "seed {seed}");
        world.join(2);
        let mut waited = 0;
        while !is_taken_over(&world, 0) {
            assert!(world.are_connected(0, 1), "seed {seed}: still heard");
            world.run(50);
            waited += 50;
            assert!(waited < 30_000, "seed {seed}: never told");
        }
        world.leave(0);
        world.weather = Weather::CALM;
        world.run(30_000);
        world.assert_full_mesh(&format!("seed {seed}"));
    }
}

#[test]
fn while_it_is_calm_nobody_is_left_without_a_connection_to_the_person() {
    let mut world = world(1);
    world.join(0);
    world.join(1);
    world.run(2_000);
    world.join(2);
    while !is_taken_over(&world, 0) {
        world.run(1);
    }
    assert_eq!(world.status(1, 2), Some(PeerStatus::Connected));
    assert!(world.are_connected(0, 1));
    let before = world.now;
    world.leave(0);
    world.run(2_000);
    assert!(world.are_connected(1, 2));
    assert!(before < 1_000_000 + 2_000 + 3_000, "it took {before}");
}

#[test]
fn devices_of_one_person_are_not_connected_to_each_other() {
    let mut world = world(2);
    world.join(0);
    world.join(2);
    world.run(500);
    assert!(world.nodes[0].browser.is_empty());
    assert!(world.nodes[2].browser.is_empty());
    assert!(is_taken_over(&world, 0), "there is nobody to wait for");
    assert!(!is_taken_over(&world, 2));
}

#[test]
fn one_who_cannot_be_reached_is_not_waited_for_for_long() {
    let mut world = world(3);
    world.join(0);
    world.join(1);
    world.run(2_000);
    world.block(1, 2);
    world.join(2);
    world.run(4_000);
    assert!(!is_taken_over(&world, 0));
    world.run(2_000);
    assert!(is_taken_over(&world, 0));
}

#[test]
fn nobody_else_takes_a_call_over() {
    let mut world = world(4);
    world.join(0);
    world.join(1);
    world.run(2_000);
    let signal = take_over(&world, 1, 0);
    world.deliver(world.device(1), 0, signal);
    assert!(!is_taken_over(&world, 0), "another person");
    world.join(2);
    world.run(10);
    let mut signal = take_over(&world, 2, 0);
    signal.from_session = world.session(1);
    world.deliver(world.device(2), 0, signal);
    assert!(!is_taken_over(&world, 0), "another stay");
    world.deliver(DeviceId::from_bytes([9; 16]), 0, take_over(&world, 2, 0));
    assert!(!is_taken_over(&world, 0), "a device that is not there");
    // The earlier one cannot send the later one away.
    world.deliver(world.device(0), 2, take_over(&world, 0, 2));
    assert!(!is_taken_over(&world, 2));
    let refused = world.log.iter().filter(|(_, _, effect)| {
        matches!(
            effect,
            CallEffect::Ignored {
                reason: Ignored::NoTakeOver,
                ..
            }
        )
    });
    assert_eq!(refused.count(), 4);
}

#[test]
fn a_device_that_is_only_said_to_be_there_is_told_a_few_times_and_no_more() {
    let mut world = world(5);
    world.begin(0);
    world.begin(2);
    world.begin(1);
    // The relay invents a stay of the other device, which is not in the call.
    world.kill_tab(0);
    world.show_roster(2, &[0, 2, 1]);
    world.run(120_000);
    let told = world.sent(2, |body| matches!(body, SignalBody::TakeOver));
    assert!((1..=30).contains(&told), "{told}");
    assert!(!is_taken_over(&world, 2), "and the call goes on");
}
