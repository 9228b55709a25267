//! A browser tells of a connection that was closed or replaced meanwhile, or tells what cannot be.

use parley_client::call::{
    CallEffect, ConnectionState, DescriptionKind, IceCandidate, Ignored, PeerEvent, PeerStatus, Sdp,
};

use super::world::World;

fn every_event() -> Vec<PeerEvent> {
    let sdp = Sdp("1 u1 -".into());
    let candidate = IceCandidate {
        candidate: "candidate:1".into(),
        sdp_mid: None,
        sdp_m_line_index: None,
        username_fragment: None,
    };
    vec![
        PeerEvent::CreationFailed,
        PeerEvent::NegotiationNeeded,
        PeerEvent::LocalDescription {
            kind: DescriptionKind::Offer,
            sdp: sdp.clone(),
        },
        PeerEvent::LocalDescription {
            kind: DescriptionKind::Answer,
            sdp,
        },
        PeerEvent::RemoteDescriptionSet,
        PeerEvent::DescriptionFailed,
        PeerEvent::Candidate(candidate),
        PeerEvent::GatheringComplete,
        PeerEvent::ConnectionState(ConnectionState::Failed),
        PeerEvent::ConnectionState(ConnectionState::Closed),
    ]
}

#[test]
fn events_of_a_replaced_connection_do_nothing() {
    let mut world = World::new(2, 1);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    let (now, old, other) = (
        world.now,
        world.peer_id(0, 1).expect("a connection"),
        world.device(1),
    );
    world.act(0, |call| call.retry(other, now));
    world.run(1_000);
    assert!(world.are_connected(0, 1));
    for event in every_event() {
        let (now, before) = (world.now, world.log.len());
        world.act(0, |call| call.handle_peer(old, event, now));
        let new: Vec<&CallEffect> = world.log[before..]
            .iter()
            .map(|(_, _, effect)| effect)
            .collect();
        let ignored = CallEffect::Ignored {
            device: Some(other),
            reason: Ignored::LateEvent,
        };
        assert_eq!(new, [&ignored]);
    }
    assert_eq!(world.status(0, 1), Some(PeerStatus::Connected));
}

#[test]
fn events_that_nobody_asked_for_do_no_harm() {
    let mut world = World::new(2, 2);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    let peer = world.peer_id(0, 1).expect("a connection");
    let unasked = [
        PeerEvent::LocalDescription {
            kind: DescriptionKind::Offer,
            sdp: Sdp("1 u1 -".into()),
        },
        PeerEvent::LocalDescription {
            kind: DescriptionKind::Answer,
            sdp: Sdp("1 u1 -".into()),
        },
        PeerEvent::RemoteDescriptionSet,
    ];
    for event in unasked {
        let now = world.now;
        world.act(0, |call| call.handle_peer(peer, event, now));
        let reason = Ignored::UnexpectedEvent;
        assert!(
            matches!(world.log.last(), Some((_, 0, CallEffect::Ignored { reason: r, .. })) if *r == reason)
        );
    }
    world.run(1_000);
    assert!(world.are_connected(0, 1));
}
