//! One shows a code, the other scans it.

use parley_client::verification::{Failure, Progress, ScanError, VerificationBody};
use parley_protocol::entry::Action;

use super::super::bench::Bench;
use super::world::{ADA, BOB, World};

fn shown(world: &mut World, device: usize, to: usize) -> String {
    let user = world.user(to);
    world
        .act(device, |machine, log, now| {
            machine.show_code(user, log, now)
        })
        .expect("a member");
    match world.progress(device) {
        Some(Progress::Showing(code)) => code,
        other => panic!("no code: {other:?}"),
    }
}

fn scan(world: &mut World, device: usize, of: usize, code: &str) -> Result<(), ScanError> {
    let user = world.user(of);
    let scanned = world.act(device, |machine, log, now| {
        machine.scan(user, code, log, now)
    });
    world.deliver();
    scanned
}

#[test]
fn one_scan_verifies_both() {
    let mut world = World::of_two();
    let code = shown(&mut world, ADA, BOB);
    scan(&mut world, BOB, ADA, &code).expect("the right code");
    for (device, other) in [(ADA, BOB), (BOB, ADA)] {
        assert_eq!(world.progress(device), Some(Progress::Verified));
        let verified = &world.verified[device];
        assert_eq!(
            verified.get(&world.user(other)),
            Some(&world.identity(other))
        );
    }
}

#[test]
fn a_code_is_for_one_person_of_one_community() {
    let mut bench = Bench::of_two();
    let eve = bench.welcome("eve");
    bench.pass(1_000);
    let mut world = World::on(bench);
    let code = shown(&mut world, ADA, BOB);
    assert_eq!(scan(&mut world, eve, ADA, &code), Err(ScanError::NotForMe));
    assert_eq!(
        scan(&mut world, BOB, eve, &code),
        Err(ScanError::OtherPerson)
    );
    assert_eq!(
        scan(&mut world, BOB, ADA, "hello"),
        Err(ScanError::NotACode)
    );

    let mut other = World::of_two();
    let foreign = shown(&mut other, ADA, BOB);
    let scanned = scan(&mut world, BOB, ADA, &foreign);
    assert_eq!(scanned, Err(ScanError::OtherCommunity));
    assert!(world.nobody_is_verified());
}

#[test]
fn a_code_with_other_keys_is_a_mismatch() {
    let mut world = World::of_two();
    let code = shown(&mut world, ADA, BOB);
    // The keys are from byte 80 and from byte 128 on: 107 and 171 characters after the prefix.
    for at in [110, 175] {
        let mut changed = code.clone().into_bytes();
        let at = "parley-verify:1:".len() + at;
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("ASCII");
        let scanned = scan(&mut world, BOB, ADA, &changed);
        assert_eq!(scanned, Err(ScanError::Mismatch));
    }
    assert!(world.nobody_is_verified());
}

#[test]
fn only_who_saw_the_screen_can_say_that_they_scanned() {
    let mut world = World::of_two();
    let code = shown(&mut world, ADA, BOB);
    let mut other = World::of_two();
    let foreign = shown(&mut other, ADA, BOB);
    scan(&mut other, BOB, ADA, &foreign).expect("the right code");
    // Another secret under the right name.
    world.wire = Box::new(move |mut letter| {
        if let VerificationBody::Scanned { secret } = &mut letter.message.body {
            let text = format!("{secret:?}");
            assert_eq!(text, "CodeSecret(..)");
            *secret = serde_json::from_str("\"AAAAAAAAAAAAAAAAAAAAAA\"").expect("16 bytes");
        }
        vec![letter]
    });
    scan(&mut world, BOB, ADA, &code).expect("the right code");
    let mismatch = Progress::Failed(Failure::Mismatch);
    assert_eq!(world.progress(ADA), Some(mismatch));
    assert!(world.verified[ADA].is_empty());
}

#[test]
fn a_code_of_a_device_that_is_gone_is_of_no_use() {
    let mut bench = Bench::of_two();
    let laptop = bench.another_device_of(BOB);
    bench.pass(1_000);
    let mut world = World::on(bench);
    let code = shown(&mut world, laptop, ADA);
    let device = world.id(laptop);
    world.bench.append(BOB, Action::DeviceRevoked { device });
    world.bench.pass(1_000);
    let scanned = scan(&mut world, ADA, BOB, &code);
    assert_eq!(scanned, Err(ScanError::DeviceGone));
}
