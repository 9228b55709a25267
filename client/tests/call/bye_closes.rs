//! Who leaves says so, and is gone at once, before the roster knows.

use parley_client::call::{CallEffect, CallStatus, SignalBody};

use super::world::World;

#[test]
fn bye_closes_at_once_and_for_good() {
    let mut world = World::new(2, 1);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    let now = world.now;
    world.act(1, |call| call.leave(now));
    assert_eq!(world.call(1).status(), CallStatus::Left);
    assert_eq!(world.sent(1, |body| *body == SignalBody::Bye), 1);
    world.run(50);
    assert!(world.peer_id(0, 1).is_none());
    assert!(matches!(
        world.log.last(),
        Some((_, 0, CallEffect::PeerGone { .. }))
    ));
    // The relay still names the one who left.
    world.publish();
    world.run(1_000);
    assert!(world.peer_id(0, 1).is_none());
}

#[test]
fn who_left_may_come_back() {
    let mut world = World::new(2, 2);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    world.leave(1);
    world.join(1);
    world.run(1_000);
    assert!(world.are_connected(0, 1));
}

#[test]
fn after_leaving_nothing_happens() {
    let mut world = World::new(2, 3);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    let now = world.now;
    world.act(1, |call| call.leave(now));
    let before = world.commands(1, |_| true) + world.sent(1, |_| true);
    world.publish();
    world.run(60_000);
    assert_eq!(
        world.commands(1, |_| true) + world.sent(1, |_| true),
        before
    );
    assert_eq!(world.call(1).poll_timeout(), None);
}
