//! Everything ends in its time, and nothing passes after it.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_permission_ends_after_five_minutes() {
    let mut world = World::new();
    let (anna, bert) = world.friends();
    world.pass(Duration::from_secs(299));
    assert!(world.send(&anna, bert.relayed(), b"x").is_some());
    world.pass(SECOND);
    assert_eq!(world.send(&anna, bert.relayed(), b"x"), None);
}

#[test]
fn the_receivers_permission_counts_as_much() {
    let mut world = World::new();
    let (anna, bert) = world.friends();
    world.pass(Duration::from_mins(4));
    world.permit(&anna, &bert);
    world.pass(Duration::from_mins(2));
    assert_eq!(world.send(&anna, bert.relayed(), b"x"), None);
    world.permit(&bert, &anna);
    assert!(world.send(&anna, bert.relayed(), b"x").is_some());
}

#[test]
fn a_channel_ends_after_ten_minutes() {
    let mut world = World::new();
    let (anna, bert) = world.on_channels();
    world.ask(&anna, Ask::Refresh { lifetime: 1800 });
    world.ask(&bert, Ask::Refresh { lifetime: 1800 });
    for _ in 0..3 {
        world.pass(Duration::from_secs(199));
        world.permit(&anna, &bert);
        world.permit(&bert, &anna);
    }
    assert!(world.say(&anna, 0x4001, b"x").is_some());
    world.pass(SECOND * 3);
    assert_eq!(world.say(&anna, 0x4001, b"x"), None);

    // The number is free again.
    let third = world.caller(BERT, 3, Transport::Udp);
    world.bind(&anna, 0x4001, &third);
}

#[test]
fn binding_again_keeps_a_channel() {
    let mut world = World::new();
    let (anna, bert) = world.on_channels();
    world.pass(Duration::from_mins(4));
    world.bind(&anna, 0x4001, &bert);
    world.bind(&bert, 0x4002, &anna);
    world.pass(Duration::from_mins(4));
    assert!(world.say(&anna, 0x4001, b"x").is_some());
}

#[test]
fn an_allocation_ends_after_its_lifetime() {
    let mut world = World::new();
    let (anna, bert) = world.on_channels();
    world.pass(Duration::from_secs(599));
    world.bind(&anna, 0x4001, &bert);
    world.bind(&bert, 0x4002, &anna);
    assert!(world.say(&anna, 0x4001, b"x").is_some());
    world.pass(SECOND);
    // Before anything has been tidied up.
    assert_eq!(world.say(&anna, 0x4001, b"x"), None);
    assert_eq!(
        world.ask(&anna, Ask::Refresh { lifetime: 600 }).error,
        Some(437)
    );
    world.engine.sweep(world.now.monotonic);
    assert_eq!(world.engine.stats().allocations, 0);
}

#[test]
fn refreshing_keeps_an_allocation() {
    let mut world = World::new();
    let anna = world.caller(ANNA, 1, Transport::Udp);
    world.pass(Duration::from_mins(9));
    let refreshed = world.ask(&anna, Ask::Refresh { lifetime: 600 });
    assert_eq!((refreshed.error, refreshed.lifetime), (None, Some(600)));
    world.pass(Duration::from_mins(9));
    world.engine.sweep(world.now.monotonic);
    assert_eq!(world.engine.stats().allocations, 1);
}

#[test]
fn lifetimes_are_kept_within_bounds() {
    let mut world = World::new();
    for (port, asked, given) in [(1, 1, 600), (2, 900, 900), (3, u32::MAX, 1800)] {
        let mut anna = world.stranger(ANNA, port, Transport::Udp);
        world.challenge(&mut anna);
        let lifetime = Some(asked);
        let made = world.ask(&anna, Ask::Allocate { lifetime });
        assert_eq!(made.lifetime, Some(given));
        let refreshed = world.ask(&anna, Ask::Refresh { lifetime: asked });
        assert_eq!(refreshed.lifetime, Some(given));
    }
    world.pass(Duration::from_mins(30));
    world.engine.sweep(world.now.monotonic);
    assert_eq!(world.engine.stats().allocations, 0);
}

#[test]
fn refreshing_with_zero_ends_an_allocation_at_once() {
    let mut world = World::new();
    let (anna, bert) = world.on_channels();
    let ended = world.ask(&anna, Ask::Refresh { lifetime: 0 });
    assert_eq!((ended.error, ended.lifetime), (None, Some(0)));
    assert_eq!(world.say(&anna, 0x4001, b"x"), None);
    assert_eq!(world.say(&bert, 0x4002, b"x"), None);
    assert_eq!(world.engine.stats().allocations, 1);
    let again = world.ask(&anna, Ask::Allocate { lifetime: None });
    assert_eq!(again.error, None);
    // A new allocation knows nothing of the old channels.
    assert_eq!(world.say(&anna, 0x4001, b"x"), None);
}

#[test]
fn an_address_may_allocate_again_after_its_allocation_ran_out() {
    let mut world = World::new();
    let mut anna = world.caller(ANNA, 1, Transport::Udp);
    world.pass(Duration::from_mins(10));
    world.challenge(&mut anna);
    let made = world.ask(&anna, Ask::Allocate { lifetime: None });
    assert_eq!(made.error, None);
    assert_eq!(world.engine.stats().allocations, 1);
}

#[test]
fn ending_a_device_ends_all_that_is_its_own() {
    let mut world = World::new();
    let (anna, bert) = world.on_channels();
    let second = world.caller(ANNA, 8, Transport::Tcp);
    let mut ended = world.engine.end_device(ANNA);
    ended.sort_by_key(|it| it.addr.port());
    assert_eq!(ended, [second.client, anna.client]);
    assert_eq!(world.say(&anna, 0x4001, b"x"), None);
    assert_eq!(world.say(&bert, 0x4002, b"x"), None);
    assert_eq!(world.engine.stats().allocations, 1);
    assert_eq!(world.engine.end_device(ANNA), []);
    assert_eq!(world.engine.end_device("nobody"), []);
}
