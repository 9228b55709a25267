//! Transient mail is lost when its receiver is just connecting. Whatever is lost, the two connect.

use parley_client::call::{CallSignal, PeerCommand, PeerEvent, SignalBody};

use super::asking::{is_answer, is_offer};
use super::world::World;

fn connect_losing(mut is_lost: impl FnMut(&CallSignal) -> bool + 'static) -> World {
    let mut world = World::new(2, 1);
    world.drops = Box::new(move |_, _, signal| is_lost(signal));
    world.join(0);
    world.run(100);
    world.join(1);
    world
}

/// Holds for the first signal for which `wanted` does.
fn first(wanted: fn(&SignalBody) -> bool) -> impl FnMut(&CallSignal) -> bool {
    let mut is_done = false;
    move |signal| {
        let hit = !is_done && wanted(&signal.body);
        is_done |= hit;
        hit
    }
}

#[test]
fn a_lost_offer_is_sent_again() {
    let mut world = connect_losing(first(is_offer));
    world.run(1_900);
    assert!(!world.are_connected(0, 1));
    world.run(1_000);
    assert!(world.are_connected(0, 1));
    assert_eq!(world.sent(1, is_offer), 2);
    assert_eq!(
        world.commands(1, |command| matches!(command, PeerCommand::Create { .. })),
        1
    );
}

#[test]
fn a_lost_answer_is_sent_again() {
    let mut world = connect_losing(first(is_answer));
    world.run(4_000);
    assert!(world.are_connected(0, 1));
    assert_eq!(world.sent(0, is_answer), 2);
    let answers_made = world.commands(0, |command| {
        matches!(command, PeerCommand::SetLocalDescription { .. })
    });
    assert_eq!(answers_made, 1, "the same answer, not another");
}

/// Holds for the first so many signals with candidates.
fn candidates(mut left: u32) -> impl FnMut(&CallSignal) -> bool {
    move |signal| {
        let hit = left > 0 && matches!(signal.body, SignalBody::Candidates(_));
        left -= u32::from(hit);
        hit
    }
}

#[test]
fn lost_candidates_are_sent_again() {
    let mut world = connect_losing(candidates(2));
    world.run(4_000);
    assert!(world.are_connected(0, 1));
}

#[test]
fn candidates_lost_for_long_are_found_anew() {
    let mut world = connect_losing(candidates(6));
    world.run(20_000);
    assert!(world.are_connected(0, 1));
    let restarts = world.commands(1, |command| matches!(command, PeerCommand::RestartIce));
    assert_eq!(restarts, 1);
}

#[test]
fn an_offer_upon_a_lost_answer_asks_for_the_answer() {
    let mut world = connect_losing(first(is_answer));
    world.run(200);
    assert_eq!(world.sent(0, is_answer), 1);
    // The other side believes that all is agreed, and already has something new to say.
    let (now, peer) = (world.now, world.peer_id(0, 1).expect("a connection"));
    world.act(0, |call| {
        call.handle_peer(peer, PeerEvent::NegotiationNeeded, now);
    });
    world.run(300);
    assert!(world.are_connected(0, 1));
    assert_eq!((world.sent(1, is_offer), world.sent(1, is_answer)), (2, 1));
}

#[test]
fn when_all_is_lost_for_half_a_minute_they_connect_after_it() {
    let mut world = connect_losing(|_| false);
    world.drops = Box::new(|_, _, _| true);
    world.run(35_000);
    assert!(!world.are_connected(0, 1));
    world.drops = Box::new(|_, _, _| false);
    world.run(16_000);
    assert!(world.are_connected(0, 1));
}
