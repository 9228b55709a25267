//! One of three misbehaves: its descriptions make no sense, its candidates come in thousands, it vanishes and comes back
//! without end. What is seen of it is a clear state, what it costs is bounded, and the other two talk on.

use parley_client::call::{
    CallSignal, Candidates, Description, DescriptionKind, IceCandidate, PeerCommand, PeerId,
    PeerStatus, Sdp, SignalBody,
};

use super::world::{CHANNEL, World};

const BAD: usize = 2;

fn three_connected() -> World {
    let mut world = World::new(3, 1);
    for node in 0..3 {
        world.join(node);
        world.run(1_000);
    }
    world.assert_full_mesh("before");
    world
}

/// The other two were not touched: the very connection, without a restart.
#[track_caller]
fn assert_others_went_on(world: &World, before: &Pair) {
    assert!(world.are_connected(0, 1));
    assert_eq!(world.peer_id(0, 1), before.0);
    assert_eq!(world.peer_id(1, 0), before.1);
}

/// The connections of the other two.
struct Pair(Option<PeerId>, Option<PeerId>);

fn others(world: &World) -> Pair {
    Pair(world.peer_id(0, 1), world.peer_id(1, 0))
}

fn signal(world: &World, connection: u32, body: SignalBody) -> CallSignal {
    CallSignal {
        channel: CHANNEL,
        from_session: world.session(BAD),
        to_session: world.session(0),
        connection,
        body,
    }
}

#[test]
fn a_description_that_makes_no_sense_ends_that_connection_alone() {
    let mut world = three_connected();
    let before = others(&world);
    let made = |world: &World| world.commands(0, |it| matches!(it, PeerCommand::Create { .. }));
    let had = made(&world);
    // From now on whatever it describes is nonsense, also in its second and third connection.
    world.garbles.insert(BAD);
    let nonsense = Description {
        kind: DescriptionKind::Offer,
        negotiation: 9,
        base: 0,
        sdp: Sdp("nonsense".to_owned()),
    };
    let offer = signal(&world, 2, SignalBody::Description(nonsense));
    world.deliver(world.device(BAD), 0, offer);
    world.run(5_000);
    assert_eq!(world.status(0, BAD), Some(PeerStatus::Reconnecting));
    world.run(60_000);
    assert_eq!(world.status(0, BAD), Some(PeerStatus::Failed));
    assert_others_went_on(&world, &before);
    let made = made(&world) - had;
    assert!((1..40).contains(&made), "{made} connections in a minute");
    // As soon as it makes sense it is heard again.
    world.garbles.clear();
    let (now, device) = (world.now, world.device(BAD));
    world.act(0, |call| call.retry(device, now));
    world.run(30_000);
    world.assert_full_mesh("after");
}

#[test]
fn thousands_of_candidates_are_taken_in_bounded_batches_and_disturb_nobody() {
    let mut world = three_connected();
    let before = others(&world);
    let commands =
        |world: &World| world.commands(0, |it| matches!(it, PeerCommand::AddCandidates { .. }));
    for negotiation in [1, 2, u32::MAX] {
        for _ in 0..100 {
            let candidate = IceCandidate {
                candidate: "candidate:1 1 udp 1 203.0.113.77 9 typ host".to_owned(),
                sdp_mid: Some("0".to_owned()),
                sdp_m_line_index: Some(0),
                username_fragment: Some("u".to_owned()),
            };
            let flood = Candidates {
                kind: DescriptionKind::Offer,
                negotiation,
                candidates: vec![candidate; 50],
                end: false,
            };
            let flood = signal(&world, 1, SignalBody::Candidates(flood));
            world.deliver(world.device(BAD), 0, flood);
        }
    }
    world.run(5_000);
    world.assert_full_mesh("after");
    assert_others_went_on(&world, &before);
    assert!(commands(&world) < 400);
}

#[test]
fn who_vanishes_and_comes_back_without_end_disturbs_nobody() {
    let mut world = three_connected();
    let before = others(&world);
    for _ in 0..30 {
        world.kill_tab(BAD);
        world.run(700);
        world.join(BAD);
        world.run(300);
    }
    world.run(2_000);
    world.assert_full_mesh("after");
    assert_others_went_on(&world, &before);
}
