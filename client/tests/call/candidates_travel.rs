//! Candidates go in batches, and wait for their description at the other end.

use parley_client::call::{
    CallEffect, Candidates, DescriptionKind, IceCandidate, PeerEvent, SignalBody,
};

use super::asking::is_offer;
use super::world::World;

fn is_candidates(body: &SignalBody) -> bool {
    matches!(body, SignalBody::Candidates(_))
}

#[test]
fn candidates_before_the_description_wait() {
    let mut world = World::new(2, 1);
    world.join(0);
    world.run(100);
    // Every offer is lost, and its candidates arrive.
    world.drops = Box::new(|_, _, signal| is_offer(&signal.body));
    world.join(1);
    world.run(2_000);
    assert!(world.sent(1, is_candidates) > 0);
    assert_eq!(
        world.commands(0, |command| format!("{command:?}")
            .starts_with("AddCandidates")),
        0
    );
    // From now on candidates are lost, so the connection depends on those that waited.
    world.drops = Box::new(|_, _, signal| is_candidates(&signal.body));
    world.run(3_000);
    assert!(world.are_connected(0, 1));
}

#[test]
fn candidates_of_one_moment_share_a_signal() {
    let mut world = World::new(2, 2);
    world.begin(0);
    world.begin(1);
    world.show_roster(1, &[0, 1]);
    world.run(500);
    let before = world.sent(1, is_candidates);
    let peer = world.peer_id(1, 0).expect("a connection");
    for n in 0..5 {
        let now = world.now;
        world.act(1, |call| {
            call.handle_peer(peer, PeerEvent::Candidate(candidate(n)), now);
        });
        world.run(10);
    }
    assert_eq!(world.sent(1, is_candidates), before);
    world.run(50);
    assert_eq!(last_batch(&world).candidates.len(), 5);
    assert_eq!(world.sent(1, is_candidates), before + 1);
}

#[test]
fn the_end_of_gathering_does_not_wait() {
    let mut world = World::new(2, 3);
    world.begin(0);
    world.begin(1);
    world.show_roster(1, &[0, 1]);
    world.run(500);
    let peer = world.peer_id(1, 0).expect("a connection");
    let (now, before) = (world.now, world.sent(1, is_candidates));
    world.act(1, |call| {
        call.handle_peer(peer, PeerEvent::Candidate(candidate(1)), now);
    });
    world.act(1, |call| {
        call.handle_peer(peer, PeerEvent::GatheringComplete, now);
    });
    assert_eq!(world.sent(1, is_candidates), before + 1);
    let batch = last_batch(&world);
    assert_eq!(
        (batch.candidates.len(), batch.end, batch.kind),
        (1, true, DescriptionKind::Offer)
    );
}

fn candidate(n: u32) -> IceCandidate {
    IceCandidate {
        candidate: format!("candidate:{n}"),
        sdp_mid: Some("0".into()),
        sdp_m_line_index: Some(0),
        username_fragment: None,
    }
}

fn last_batch(world: &World) -> Candidates {
    let batch_of = |effect: &CallEffect| {
        let CallEffect::Send { signal, .. } = effect else {
            return None;
        };
        let SignalBody::Candidates(candidates) = &signal.body else {
            return None;
        };
        Some(candidates.clone())
    };
    let mut batches = world
        .log
        .iter()
        .rev()
        .filter_map(|(_, _, effect)| batch_of(effect));
    batches.next().expect("a batch")
}
