//! How it goes when everybody means well.

use parley_client::verification::{BeginError, Failure, Progress};
use parley_protocol::entry::Action;

use super::super::bench::Bench;
use super::world::{ADA, BOB, World};

const MINUTE: u64 = 60_000;

#[test]
fn two_people_see_the_same_and_are_verified() {
    let mut world = World::of_two();
    world.begin(ADA, BOB);
    assert_eq!(world.short_string(ADA), world.short_string(BOB));
    assert!(world.nobody_is_verified());

    world.decide(BOB, true);
    assert!(matches!(world.progress(BOB), Some(Progress::Waiting(_))));
    assert!(matches!(world.progress(ADA), Some(Progress::Comparing(_))));
    assert!(world.nobody_is_verified());

    world.decide(ADA, true);
    for (device, other) in [(ADA, BOB), (BOB, ADA)] {
        assert_eq!(world.progress(device), Some(Progress::Verified));
        let verified = &world.verified[device];
        assert_eq!(
            verified.get(&world.user(other)),
            Some(&world.identity(other))
        );
        assert_eq!(world.due(device), None);
    }
}

#[test]
fn each_verification_shows_something_else() {
    let mut world = World::of_two();
    world.begin(ADA, BOB);
    let first = world.short_string(ADA);
    world.act(ADA, |machine, _, _| machine.close());
    world.deliver();
    assert_eq!(world.progress(BOB), Some(Progress::Failed(Failure::Closed)));
    world.begin(ADA, BOB);
    assert_ne!(world.short_string(ADA), first);
}

#[test]
fn who_says_that_they_differ_ends_it_for_both() {
    let mut world = World::of_two();
    world.begin(ADA, BOB);
    world.decide(ADA, true);
    world.decide(BOB, false);
    for device in [ADA, BOB] {
        let failed = Progress::Failed(Failure::Mismatch);
        assert_eq!(world.progress(device), Some(failed));
    }
    assert!(world.nobody_is_verified());
}

#[test]
fn who_does_not_want_to_says_so() {
    let mut world = World::of_two();
    let (ada, bob) = (world.user(ADA), world.user(BOB));
    world
        .act(ADA, |machine, log, now| machine.ask(bob, log, now))
        .expect("a member");
    world.deliver();
    world.act(BOB, |machine, _, _| machine.decline(ada));
    world.deliver();
    assert_eq!(
        world.progress(ADA),
        Some(Progress::Failed(Failure::Declined))
    );
    assert_eq!(world.asked_by(BOB), None);
}

#[test]
fn nobody_waits_longer_than_ten_minutes() {
    let mut world = World::of_two();
    let bob = world.user(BOB);
    world
        .act(ADA, |machine, log, now| machine.ask(bob, log, now))
        .expect("a member");
    world.deliver();
    world.pass(10 * MINUTE - 1);
    assert_eq!(world.progress(ADA), Some(Progress::Asking));
    assert!(world.asked_by(BOB).is_some());
    world.pass(1);
    assert_eq!(
        world.progress(ADA),
        Some(Progress::Failed(Failure::TimedOut))
    );
    assert_eq!(world.asked_by(BOB), None);
    assert_eq!((world.due(ADA), world.due(BOB)), (None, None));
}

#[test]
fn an_answer_that_comes_too_late_starts_nothing() {
    let mut world = World::of_two();
    let (ada, bob) = (world.user(ADA), world.user(BOB));
    world
        .act(ADA, |machine, log, now| machine.ask(bob, log, now))
        .expect("a member");
    world.deliver();
    world.act(ADA, |machine, _, _| machine.close());
    // The cancellation is still on its way when Bob accepts.
    let late = world.post.pop_front().expect("a cancellation");
    world.act(BOB, |machine, log, now| machine.accept(ada, log, now));
    world.deliver();
    assert_eq!(world.progress(ADA), None);
    assert_eq!(
        world.progress(BOB),
        Some(Progress::Failed(Failure::DeviceGone))
    );
    world.hand_over(late);
    assert!(world.nobody_is_verified());
}

#[test]
fn a_request_that_lay_at_the_relay_for_hours_is_not_shown() {
    let mut world = World::of_two();
    let bob = world.user(BOB);
    world
        .act(ADA, |machine, log, now| machine.ask(bob, log, now))
        .expect("a member");
    world.now += 3 * 60 * MINUTE;
    world.deliver();
    assert_eq!(world.asked_by(BOB), None);
}

#[test]
fn both_ask_at_once_and_need_not_accept() {
    let mut world = World::of_two();
    let (ada, bob) = (world.user(ADA), world.user(BOB));
    world
        .act(ADA, |machine, log, now| machine.ask(bob, log, now))
        .expect("a member");
    world
        .act(BOB, |machine, log, now| machine.ask(ada, log, now))
        .expect("a member");
    world.deliver();
    assert_eq!(world.short_string(ADA), world.short_string(BOB));
    assert_eq!((world.asked_by(ADA), world.asked_by(BOB)), (None, None));
    world.decide(ADA, true);
    world.decide(BOB, true);
    assert_eq!(world.progress(ADA), Some(Progress::Verified));
    assert_eq!(world.progress(BOB), Some(Progress::Verified));
}

#[test]
fn who_asks_somebody_that_has_asked_already_accepts() {
    let mut world = World::of_two();
    let (ada, bob) = (world.user(ADA), world.user(BOB));
    world
        .act(ADA, |machine, log, now| machine.ask(bob, log, now))
        .expect("a member");
    world.deliver();
    world
        .act(BOB, |machine, log, now| machine.ask(ada, log, now))
        .expect("a member");
    world.deliver();
    assert_eq!(world.short_string(ADA), world.short_string(BOB));
}

#[test]
fn the_first_device_that_accepts_is_the_one() {
    let mut bench = Bench::of_two();
    let laptop = bench.another_device_of(BOB);
    bench.pass(1_000);
    let mut world = World::on(bench);
    let (ada, bob) = (world.user(ADA), world.user(BOB));
    world
        .act(ADA, |machine, log, now| machine.ask(bob, log, now))
        .expect("a member");
    world.deliver();
    assert_eq!(world.asked_by(laptop), Some(ada));
    // Both accept before either hears of the other.
    world.act(laptop, |machine, log, now| machine.accept(ada, log, now));
    world.act(BOB, |machine, log, now| machine.accept(ada, log, now));
    world.deliver();
    assert_eq!(world.short_string(ADA), world.short_string(laptop));
    let elsewhere = Progress::Failed(Failure::OtherDevice);
    assert_eq!(world.progress(BOB), Some(elsewhere));
    world.decide(ADA, true);
    world.decide(laptop, true);
    assert_eq!(world.verified[ADA].len(), 1);
    assert_eq!(world.verified[laptop].len(), 1);
    assert!(world.verified[BOB].is_empty());
}

#[test]
fn a_device_that_is_removed_is_out_of_it() {
    let mut world = World::of_two();
    world.begin(ADA, BOB);
    let user = world.user(BOB);
    world.bench.append(ADA, Action::MemberRemoved { user });
    world.bench.pass(1_000);
    world.act(ADA, |machine, log, _| machine.handle_log_change(log));
    let changed = Progress::Failed(Failure::KeysChanged);
    assert_eq!(world.progress(ADA), Some(changed));
    world.decide(BOB, true);
    assert!(world.nobody_is_verified());
}

#[test]
fn nobody_verifies_themselves_or_a_stranger() {
    let mut world = World::of_two();
    let (ada, bob) = (world.user(ADA), world.user(BOB));
    let asked = world.act(ADA, |machine, log, now| machine.ask(ada, log, now));
    assert_eq!(asked, Err(BeginError::Oneself));
    world.bench.append(ADA, Action::MemberRemoved { user: bob });
    world.bench.pass(1_000);
    let asked = world.act(ADA, |machine, log, now| machine.ask(bob, log, now));
    assert_eq!(asked, Err(BeginError::NoMember));
}
