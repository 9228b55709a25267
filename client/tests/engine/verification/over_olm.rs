//! The same through two engines and the relay: messages travel as Olm ciphertext, and what was verified is kept.

use parley_client::Event;
use parley_client::engine::Trust;
use parley_client::verification::{Progress, Verification, VerificationEffect};

use super::super::bench::Bench;
use super::world::{ADA, BOB};

/// Hands on what the engines heard and what the machines say until all is quiet.
fn settle(bench: &mut Bench, machines: &mut [Verification; 2]) {
    for _ in 0..100 {
        let mut moved = false;
        for (device, machine) in machines.iter_mut().enumerate() {
            let now = bench.now;
            for event in std::mem::take(&mut bench.devices[device].events) {
                if let Event::Verification { from, message } = event {
                    let engine = bench.devices[device].engine.as_ref().expect("on");
                    machine.handle_message(from, message, engine.community(), now);
                    moved = true;
                }
            }
            while let Some(effect) = machine.poll_effect() {
                moved = true;
                bench.tell(device, |engine, now| match effect {
                    VerificationEffect::Send { to, message } => {
                        engine.send_verification(to, message, now);
                    }
                    VerificationEffect::Verified { user, identity } => {
                        engine.set_verified(user, identity, now).expect("room");
                    }
                    VerificationEffect::Counted(counted) => {
                        engine.set_verification_counts(counted, now).expect("room");
                    }
                });
            }
        }
        if !moved {
            return;
        }
    }
    panic!("it never ends");
}

#[test]
fn engines_carry_it_and_remember_who_is_verified() {
    let mut bench = Bench::of_two();
    let me = |bench: &Bench, at: usize| (bench.devices[at].user, bench.devices[at].id());
    let mut machines = [ADA, BOB].map(|at| Verification::new(me(&bench, at), "", [9; 32]));
    let (ada, bob) = (bench.devices[ADA].user, bench.devices[BOB].user);
    let now = bench.now;

    let log = bench.devices[ADA].engine.as_ref().expect("on").community();
    machines[ADA].ask(bob, log, now).expect("a member");
    settle(&mut bench, &mut machines);
    let log = bench.devices[BOB].engine.as_ref().expect("on").community();
    machines[BOB].accept(ada, log, now);
    settle(&mut bench, &mut machines);
    assert!(matches!(
        machines[ADA].progress(),
        Some((_, Progress::Comparing(_)))
    ));
    for machine in &mut machines {
        machine.decide(true);
    }
    settle(&mut bench, &mut machines);

    let trust = |bench: &Bench, at: usize, of| {
        let engine = bench.devices[at].engine.as_ref().expect("on");
        engine.trust(&of)
    };
    assert_eq!(trust(&bench, ADA, bob), Trust::Verified);
    assert_eq!(trust(&bench, BOB, ada), Trust::Verified);
    assert_eq!(trust(&bench, ADA, ada), Trust::Unverified);

    bench.kill(ADA);
    bench.start(ADA);
    assert_eq!(trust(&bench, ADA, bob), Trust::Verified);
    bench.tell(ADA, |engine, now| engine.forget_verified(bob, now));
    bench.kill(ADA);
    bench.start(ADA);
    assert_eq!(trust(&bench, ADA, bob), Trust::Unverified);
}
