//! A member who asks without end.

use super::super::bench::Bench;
use super::world::{ADA, BOB, World};

const DAY: u64 = 24 * 60 * 60_000;

fn ask(world: &mut World, from: usize, to: usize) {
    let user = world.user(to);
    world.act(from, |machine, _, _| machine.close());
    world
        .act(from, |machine, log, now| machine.ask(user, log, now))
        .expect("a member");
    world.deliver();
}

#[test]
fn a_member_is_shown_a_few_times_a_day() {
    let mut world = World::of_two();
    let ada = world.user(ADA);
    let mut shown = 0;
    for _ in 0..1_000 {
        ask(&mut world, ADA, BOB);
        if world.asked_by(BOB).is_some() {
            shown += 1;
            world.act(BOB, |machine, _, _| machine.decline(ada));
            world.deliver();
        }
    }
    assert_eq!(shown, 5);
    world.pass(DAY);
    ask(&mut world, ADA, BOB);
    assert_eq!(world.asked_by(BOB), Some(ada));
}

#[test]
fn loading_the_page_anew_grants_no_more() {
    let mut world = World::of_two();
    let ada = world.user(ADA);
    let mut shown = 0;
    for _ in 0..50 {
        world.restart(BOB);
        ask(&mut world, ADA, BOB);
        if world.asked_by(BOB).is_some() {
            shown += 1;
        }
    }
    assert_eq!(shown, 5);
    world.pass(DAY);
    world.restart(BOB);
    ask(&mut world, ADA, BOB);
    assert_eq!(world.asked_by(BOB), Some(ada));
}

#[test]
fn who_asks_all_day_hides_nobody() {
    let mut bench = Bench::of_two();
    let eve = bench.welcome("eve");
    bench.pass(1_000);
    let mut world = World::on(bench);
    for _ in 0..50 {
        ask(&mut world, eve, BOB);
    }
    ask(&mut world, ADA, BOB);
    let (ada, eve_user) = (world.user(ADA), world.user(eve));
    if world.asked_by(BOB) == Some(eve_user) {
        world.act(BOB, |machine, _, _| machine.decline(eve_user));
        world.deliver();
    }
    assert_eq!(world.asked_by(BOB), Some(ada));
}

#[test]
fn asking_does_not_disturb_what_is_under_way() {
    let mut bench = Bench::of_two();
    let eve = bench.welcome("eve");
    bench.pass(1_000);
    let mut world = World::on(bench);
    world.begin(ADA, BOB);
    let short = world.short_string(BOB);
    for _ in 0..50 {
        ask(&mut world, eve, BOB);
    }
    assert_eq!(world.short_string(BOB), short);
}
