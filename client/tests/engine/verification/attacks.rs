//! Somebody between the two: the relay, or whoever it works with, who can read and change what a test lets them.

use parley_client::verification::{Failure, Progress, VerificationBody};
use parley_protocol::ids::VerificationId;
use parley_protocol::keys::{Curve25519PublicKey, Hash};
use vodozemac::sas::Sas;

use super::world::{ADA, BOB, Letter, World};

fn commitment(id: VerificationId, key: &Curve25519PublicKey) -> Hash {
    Hash::of_parts(&[
        b"parley verification commitment 1",
        id.as_bytes(),
        key.as_bytes(),
    ])
}

fn own_key() -> Curve25519PublicKey {
    Curve25519PublicKey::from_bytes(Sas::new().public_key().to_bytes())
}

/// Puts other keys, with a commitment that fits them, in place of those that are sent.
fn swapped() -> impl FnMut(Letter) -> Vec<Letter> {
    let (to_ada, to_bob) = (own_key(), own_key());
    move |mut letter| {
        let key = if letter.to == ADA { to_ada } else { to_bob };
        match &mut letter.message.body {
            VerificationBody::Accept { commitment: it } => {
                *it = commitment(letter.message.id, &key);
            }
            VerificationBody::Key { key: it } => *it = key,
            _ => {}
        }
        vec![letter]
    }
}

#[test]
fn keys_of_somebody_between_show_as_other_emoji() {
    let mut world = World::of_two();
    world.wire = Box::new(swapped());
    world.begin(ADA, BOB);
    assert_ne!(world.short_string(ADA).emoji, world.short_string(BOB).emoji);
}

#[test]
fn who_confirms_without_looking_verifies_nobody_all_the_same() {
    let mut world = World::of_two();
    world.wire = Box::new(swapped());
    world.begin(ADA, BOB);
    world.decide(ADA, true);
    world.decide(BOB, true);
    assert!(world.nobody_is_verified());
    assert_eq!(
        world.progress(BOB),
        Some(Progress::Failed(Failure::Mismatch))
    );
}

#[test]
fn a_key_that_was_not_committed_to_is_refused() {
    let mut world = World::of_two();
    let other = own_key();
    world.wire = Box::new(move |mut letter| {
        if let VerificationBody::Key { key } = &mut letter.message.body
            && letter.to == ADA
        {
            *key = other;
        }
        vec![letter]
    });
    world.begin(ADA, BOB);
    for device in [ADA, BOB] {
        let mismatch = Progress::Failed(Failure::Mismatch);
        assert_eq!(world.progress(device), Some(mismatch));
    }
}

#[test]
fn a_key_of_small_order_is_refused() {
    let mut world = World::of_two();
    let zero = Curve25519PublicKey::from_bytes([0; 32]);
    world.wire = Box::new(move |mut letter| {
        let id = letter.message.id;
        match &mut letter.message.body {
            VerificationBody::Accept { commitment: it } => *it = commitment(id, &zero),
            VerificationBody::Key { key } => *key = zero,
            _ => {}
        }
        vec![letter]
    });
    world.begin(ADA, BOB);
    let mismatch = Progress::Failed(Failure::Mismatch);
    assert_eq!(world.progress(BOB), Some(mismatch));
    assert!(world.nobody_is_verified());
}

#[test]
fn a_proof_that_was_written_on_is_refused() {
    let mut world = World::of_two();
    world.begin(ADA, BOB);
    world.wire = Box::new(|mut letter| {
        if let VerificationBody::Mac { mac } = &mut letter.message.body {
            *mac = Hash::from_bytes([7; 32]);
        }
        vec![letter]
    });
    world.decide(ADA, true);
    assert_eq!(
        world.progress(BOB),
        Some(Progress::Failed(Failure::Mismatch))
    );
    assert!(world.nobody_is_verified());
}

#[test]
fn ones_own_proof_sent_back_is_none() {
    let mut world = World::of_two();
    world.begin(ADA, BOB);
    world.wire = Box::new(|letter| match letter.message.body {
        VerificationBody::Mac { .. } => vec![Letter {
            from: letter.to,
            to: letter.from,
            message: letter.message,
        }],
        _ => vec![letter],
    });
    world.decide(ADA, true);
    assert!(world.nobody_is_verified());
    assert_eq!(
        world.progress(ADA),
        Some(Progress::Failed(Failure::Mismatch))
    );
}

#[test]
fn letters_that_come_twice_change_nothing() {
    let mut world = World::of_two();
    world.wire = Box::new(|letter| vec![letter.clone(), letter]);
    world.begin(ADA, BOB);
    assert_eq!(world.short_string(ADA), world.short_string(BOB));
    world.decide(ADA, true);
    world.decide(BOB, true);
    assert_eq!(world.progress(ADA), Some(Progress::Verified));
    assert_eq!(world.progress(BOB), Some(Progress::Verified));
}

#[test]
fn a_proof_that_overtakes_the_key_is_kept() {
    let mut world = World::of_two();
    let mut held = Vec::new();
    let mut is_held = true;
    // Bob's key is kept back from Ada until his proof went ahead of it.
    world.wire = Box::new(move |letter| match letter.message.body {
        VerificationBody::Key { .. } if letter.to == ADA && is_held => {
            held.push(letter);
            Vec::new()
        }
        VerificationBody::Mac { .. } if letter.to == ADA => {
            is_held = false;
            std::iter::once(letter).chain(held.drain(..)).collect()
        }
        _ => vec![letter],
    });
    world.begin(ADA, BOB);
    world.decide(BOB, true);
    world.decide(ADA, true);
    assert_eq!(world.progress(ADA), Some(Progress::Verified));
    assert_eq!(world.progress(BOB), Some(Progress::Verified));
}

#[test]
fn letters_that_never_come_end_in_a_timeout() {
    let mut world = World::of_two();
    world.begin(ADA, BOB);
    world.wire = Box::new(|letter| match letter.message.body {
        VerificationBody::Mac { .. } => Vec::new(),
        _ => vec![letter],
    });
    world.decide(ADA, true);
    world.decide(BOB, true);
    world.pass(10 * 60_000);
    assert!(world.nobody_is_verified());
    let timed_out = Progress::Failed(Failure::TimedOut);
    assert_eq!(world.progress(ADA), Some(timed_out));
}

#[test]
fn a_third_member_can_say_nothing_about_it() {
    let mut bench = super::super::bench::Bench::of_two();
    let eve = bench.welcome("eve");
    bench.pass(1_000);
    let mut world = World::on(bench);
    world.begin(ADA, BOB);
    let short = world.short_string(ADA);
    world.decide(ADA, true);
    let mut heard = Vec::new();
    world.wire = Box::new(move |letter| {
        heard.push(letter.message.clone());
        vec![letter]
    });
    let (ada, bob) = (world.user(ADA), world.user(BOB));
    // Whatever she knows of it, her device is another member's.
    for target in [ada, bob] {
        world
            .act(eve, |machine, log, now| machine.ask(target, log, now))
            .expect("a member");
    }
    world.deliver();
    assert_eq!(world.short_string(BOB), short);
    world.decide(BOB, true);
    assert_eq!(world.verified[ADA].len(), 1);
}
