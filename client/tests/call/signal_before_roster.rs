//! An offer may overtake the roster that names its sender: it waits, for a while.

use parley_client::call::{CallEffect, Description, DescriptionKind, Ignored, Sdp, SignalBody};
use parley_client::call::{CallSignal, PeerCommand};
use parley_protocol::ids::DeviceId;

use super::asking::is_answer;
use super::world::{CHANNEL, World};

#[test]
fn an_offer_waits_for_the_roster() {
    let mut world = World::new(2, 1);
    world.begin(0);
    world.begin(1);
    world.show_roster(0, &[0]);
    world.show_roster(1, &[0, 1]);
    world.run(1_500);
    assert_eq!(
        world.commands(0, |_| true),
        0,
        "nothing happens for a device that the roster does not name"
    );
    world.show_roster(0, &[0, 1]);
    world.run(400);
    assert!(world.are_connected(0, 1));
    assert_eq!(world.sent(0, is_answer), 1);
}

#[test]
fn a_sender_that_is_never_named_is_forgotten() {
    let mut world = World::new(2, 2);
    world.begin(0);
    world.begin(1);
    world.show_roster(0, &[0]);
    let signal = offer(&world, 1);
    world.deliver(world.device(1), 0, signal);
    world.run(9_900);
    assert_eq!(ignored(&world, Ignored::NotInRoster), 0);
    world.run(200);
    assert_eq!(ignored(&world, Ignored::NotInRoster), 1);
    assert_eq!(world.commands(0, |_| true), 0);
    world.show_roster(0, &[0, 1]);
    world.run(100);
    let taken = |command: &PeerCommand| matches!(command, PeerCommand::SetRemoteDescription { .. });
    assert_eq!(
        world.commands(0, taken),
        0,
        "what was forgotten does not come back"
    );
}

#[test]
fn few_signals_wait_for_one_device_and_few_in_all() {
    let mut world = World::new(2, 3);
    world.begin(0);
    world.begin(1);
    let signal = offer(&world, 1);
    for _ in 0..30 {
        world.deliver(world.device(1), 0, signal.clone());
    }
    assert_eq!(ignored(&world, Ignored::TooManyHeld), 30 - 12);
    for made_up in 100..200 {
        world.deliver(DeviceId::from_bytes([made_up; 16]), 0, signal.clone());
    }
    assert_eq!(
        ignored(&world, Ignored::TooManyHeld),
        30 - 12 + 100 - (64 - 12)
    );
}

fn offer(world: &World, from: usize) -> CallSignal {
    CallSignal {
        channel: CHANNEL,
        from_session: world.session(from),
        to_session: world.session(0),
        connection: 1,
        body: SignalBody::Description(Description {
            kind: DescriptionKind::Offer,
            negotiation: 1,
            base: 0,
            sdp: Sdp("9 u9 -".into()),
        }),
    }
}

fn ignored(world: &World, wanted: Ignored) -> usize {
    let all = world.log.iter();
    all.filter(
        |(_, _, effect)| matches!(effect, CallEffect::Ignored { reason, .. } if *reason == wanted),
    )
    .count()
}
