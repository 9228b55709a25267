//! What one device may use.

use super::*;

#[test]
fn a_device_has_only_so_many_allocations() {
    let mut world = World::with(TurnLimits {
        allocations_per_device: 2,
        ..TurnLimits::default()
    });
    let first = world.caller(ANNA, 1, Transport::Udp);
    world.caller(ANNA, 2, Transport::Tcp);
    let mut third = world.stranger(ANNA, 3, Transport::Udp);
    world.challenge(&mut third);
    let refused = world.ask(&third, Ask::Allocate { lifetime: None });
    assert_eq!((refused.error, refused.signed), (Some(486), true));
    world.caller(BERT, 4, Transport::Udp);

    world.ask(&first, Ask::Refresh { lifetime: 0 });
    let made = world.ask(&third, Ask::Allocate { lifetime: None });
    assert_eq!(made.error, None);
}

/// A page that was closed abruptly leaves allocations behind.
#[test]
fn a_silent_allocation_makes_room_for_a_new_one() {
    let mut world = World::with(TurnLimits {
        allocations_per_device: 2,
        ..TurnLimits::default()
    });
    let talking = world.caller(ANNA, 1, Transport::Udp);
    let silent = world.caller(ANNA, 2, Transport::Udp);
    let bert = world.caller(BERT, 3, Transport::Udp);
    world.permit(&talking, &bert);
    world.permit(&bert, &talking);
    world.pass(Duration::from_secs(30));
    assert!(world.send(&talking, bert.relayed(), b"x").is_some());

    world.caller(ANNA, 4, Transport::Udp);
    assert!(world.send(&talking, bert.relayed(), b"x").is_some());
    let gone = world.ask(&silent, Ask::Refresh { lifetime: 600 });
    assert_eq!(gone.error, Some(437));
}

#[test]
fn the_server_has_only_so_many_allocations() {
    let mut world = World::with(TurnLimits {
        allocations: 1,
        ..TurnLimits::default()
    });
    world.caller(ANNA, 1, Transport::Udp);
    let mut bert = world.stranger(BERT, 2, Transport::Udp);
    world.challenge(&mut bert);
    let refused = world.ask(&bert, Ask::Allocate { lifetime: None });
    assert_eq!(refused.error, Some(508));
    assert_eq!(world.engine.stats().dropped_by_limit, 1);
}

#[test]
fn an_allocation_has_only_so_many_channels() {
    let mut world = World::with(TurnLimits {
        channels_per_allocation: 1,
        ..TurnLimits::default()
    });
    let anna = world.caller(ANNA, 1, Transport::Udp);
    let peers: Vec<_> = (2..4)
        .map(|port| world.caller(BERT, port, Transport::Udp))
        .collect();
    world.bind(&anna, 0x4000, &peers[0]);
    let bind = Ask::Bind {
        channel: 0x4001,
        peer: peers[1].relayed(),
    };
    assert_eq!(world.ask(&anna, bind).error, Some(508));
    world.bind(&anna, 0x4000, &peers[0]);
}

#[test]
fn a_device_sends_only_so_fast() {
    let mut world = World::with(TurnLimits {
        bits_per_second_per_device: 80_000,
        burst: Duration::from_millis(100),
        ..TurnLimits::default()
    });
    let (anna, bert) = world.on_channels();
    assert!(world.say(&anna, 0x4001, &[0; 1000]).is_some());
    assert_eq!(world.say(&anna, 0x4001, &[0; 100]), None);
    assert_eq!(world.send(&anna, bert.relayed(), &[0; 100]), None);
    assert!(world.say(&bert, 0x4002, &[0; 1000]).is_some());
    assert_eq!(world.engine.stats().dropped_by_limit, 2);
    world.pass(Duration::from_millis(10));
    assert!(world.say(&anna, 0x4001, &[0; 100]).is_some());
}
