//! One hostile member with real keys and many devices floods a real relay over sockets, while honest members go
//! on writing, signalling and calling. What counts is what the honest ones notice: how long their messages take,
//! whether a connection ends, whether anything is lost, and how much the relay has to keep.
//!
//! A second for each attack by default; `PARLEY_FULL=1` takes twenty, from sixteen devices, with every write
//! forced to the disk. Figures are in `docs/hostile-member.md`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that meets something else has failed"
)]

mod arena;
mod attacks;
mod figures;
mod honest;
#[expect(dead_code, reason = "shared with the other tests, which use all of it")]
mod support;

use std::sync::Arc;
use std::time::Duration;

use arena::{Arena, FILES_OF_ONE};
use attacks::ATTACKS;
use figures::{Figures, Phase};
use tokio::runtime::Builder;

/// Of all that the honest ones send during the attacks, 99 of 100 take less, in a debug build that shares a
/// machine: answers, messages and signals alike. Where the machine is slow when nobody attacks, the multiple of the
/// quiet time counts.
const P99_MILLIS: f64 = 250.0;
/// Where an attack takes only a second, its burst is all of it.
const P99_MILLIS_OF_BURSTS: f64 = 1_000.0;
const TIMES_QUIET: f64 = 8.0;
/// What one member's buckets let into the database at once, twice: pages of the database and its journal.
const MAX_GROWTH: u64 = 96 * 1024 * 1024;
const MAX_MEMORY_GROWTH: u64 = 192 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_member_in_a_loop_harms_nobody() {
    let full = std::env::var_os("PARLEY_FULL").is_some();
    let (devices, quiet, each) = if full { (16, 30, 20) } else { (4, 4, 1) };
    let arena = Arc::new(Arena::start(8, devices, full).await);
    let figures = Arc::new(Figures::new(arena.folder()));
    // Threads of their own: what the hostile one computes is not the relay's time.
    let hostile = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    // Over minutes, a member's quota is a message each second.
    let pause = Duration::from_millis(if full { 1_000 } else { 200 });
    let honest = honest::start(&arena, &figures, pause).await;

    let calm = phase("quiet", &figures, quiet, std::future::ready(())).await;
    figures.forget();
    let mut phases = Vec::new();
    for attack in ATTACKS {
        let until = tokio::time::Instant::now() + Duration::from_secs(each);
        let flood = attacks::run(
            hostile.handle(),
            &arena,
            std::slice::from_ref(attack),
            until,
        );
        phases.push(phase(attack.name, &figures, each, flood).await);
    }
    let until = tokio::time::Instant::now() + Duration::from_secs(each * 2);
    let flood = attacks::run(hostile.handle(), &arena, ATTACKS, until);
    phases.push(phase("all at once", &figures, each * 2, flood).await);

    let outcome = honest.finish().await;
    let attacked = figures.together("all attacks", &phases);
    phases.insert(0, calm);
    let (calm, rows) = (&phases[0], figures::table(&phases));
    print!("{rows}{}", figures::row(&attacked));
    println!("{outcome:?}");
    assert_eq!(outcome.connections_ended, 0, "{outcome:?}");
    assert_eq!(outcome.refused, 0, "{outcome:?}");
    assert_eq!(outcome.posts_lost, 0, "{outcome:?}");
    assert_eq!(outcome.signals_lost, 0, "{outcome:?}");
    hostile.shutdown_background();
    let millis = if full {
        P99_MILLIS
    } else {
        P99_MILLIS_OF_BURSTS
    };
    let bound = millis.max(TIMES_QUIET * calm.worst_p99());
    assert!(attacked.worst_p99() < bound, "{bound} ms");
    let growth = attacked.disk_growth;
    assert!(growth < MAX_GROWTH, "{growth} bytes on the disk");
    let files = figures.blobs();
    println!("{files} bytes of files");
    // What is still coming in has its place there, too.
    let bound = FILES_OF_ONE + 64 * 1024 * 1024;
    assert!(files > 0 && files < bound, "{files} bytes of files");
    let growth = attacked.memory_growth;
    assert!(growth < MAX_MEMORY_GROWTH, "{growth} bytes of memory");
}

async fn phase(
    name: &'static str,
    figures: &Figures,
    seconds: u64,
    flood: impl Future<Output = ()>,
) -> Phase {
    figures.begin();
    let wait = tokio::time::sleep(Duration::from_secs(seconds));
    tokio::join!(wait, flood);
    figures.end(name)
}
