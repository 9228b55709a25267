//! A seed from beginning to end, and many of them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use parley_client::Engine;

use super::link::Weather;
use super::schedule::Schedule;
use super::tally::Tally;
use super::world::{START, World};

/// Seeds of a test run.
/// With `--full`.
const SEEDS: u64 = 1_000;
/// Without: each is a storm like the others.
const BRIEFLY: u64 = 250;
/// How long after a storm everything must be well. The slowest thing is a key of somebody whose device is lost: who was
/// asked while away is asked again after an hour.
const PATIENCE: u64 = 90 * 60_000;
const LOOK_EVERY: u64 = 5_000;
const COMMAND: &str = "cargo nextest run -p parley-client --test simulation --no-capture";

/// One storm, and the calm after it.
fn weather_a_storm(seed: u64) -> Tally {
    let schedule = Schedule::of(seed);
    let mut world = World::empty(seed, schedule.weather);
    world.found();
    world.run_until(START + 1_000);
    for plan in schedule.plans {
        world.run_until(START + 1_000 + plan.at + world.away);
        world.do_deed(plan);
    }
    world.run_until(START + 1_000 + schedule.length + world.away);
    world.heal();
    let patience = world.now + PATIENCE;
    loop {
        world.run_until(world.now + LOOK_EVERY);
        world.tidy_up();
        match world.what_is_missing() {
            Ok(()) => break,
            Err(what) => assert!(world.now < patience, "{what}"),
        }
    }
    world.check_for_good();
    world.tally()
}

impl World {
    /// The network is good, the relay runs, every machine is on.
    fn heal(&mut self) {
        self.weather = Weather::CALM;
        if self.relay.is_none() {
            self.start_relay();
        }
        self.free_disk();
        let now = self.now;
        for index in 0..self.machines.len() {
            let machine = &mut self.machines[index];
            machine.crash_after = None;
            if machine.start_at.is_some() {
                machine.start_at = Some(now);
            }
            if machine.link.is_some() {
                self.cut(index, now);
                self.tell(index, Engine::handle_disconnected);
            }
        }
        self.sign_in_everybody();
    }

    /// People drop what was refused, and scroll up to the beginning.
    fn tidy_up(&mut self) {
        for index in 0..self.machines.len() {
            for id in self.refused(index) {
                self.tell(index, |engine, now| engine.discard(id, now));
            }
            self.tell(index, |engine, now| {
                let channels: Vec<_> = engine.readable_channels().collect();
                for channel in channels {
                    engine.load_older(channel, now);
                }
            });
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Seeds that found something once.
#[test]
fn what_stands_in_a_chain_that_is_revoked_later_is_written_again() {
    weather_a_storm(355);
}

#[test]
fn after_the_storm_everyone_has_everything_and_nobody_else_has_any() {
    if let Some(seed) = number("PARLEY_SIM_SEED") {
        println!("{:?}", weather_a_storm(seed));
        return;
    }
    let first = number("PARLEY_SIM_FROM").unwrap_or(0);
    let count = number("PARLEY_SIM_SEEDS").unwrap_or_else(|| {
        let is_full = std::env::var_os("PARLEY_FULL").is_some();
        if is_full { SEEDS } else { BRIEFLY }
    });
    let next = AtomicU64::new(first);
    let failed = Mutex::new(Vec::new());
    let total = Mutex::new(Tally::default());
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        return;
                    }
                    if let Ok(tally) = std::panic::catch_unwind(|| weather_a_storm(seed)) {
                        total.lock().unwrap().add(&tally);
                    } else {
                        eprintln!("Repeat it: PARLEY_SIM_SEED={seed} {COMMAND}");
                        failed.lock().unwrap().push(seed);
                    }
                }
            });
        }
    });
    let total = total.into_inner().unwrap();
    let seconds = started.elapsed().as_secs_f64();
    println!("{count} storms in {seconds:.0} s: {total:?}");
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "failed seeds: {failed:?}");
    if count >= BRIEFLY {
        total.check_that_it_stormed(count);
    }
}
