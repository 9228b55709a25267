//! `kill -9` at random moments under load: 64 senders, uploads, logins, changes of the log, prekeys and to-device
//! messages. Whatever was answered is there afterwards, once.

mod client;
mod full_disk;
mod ledger;
mod load;
mod town;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::program::{Program, data, folder};
use load::run_until_it_ends;
pub(crate) use town::Town;

const SENDERS: usize = 64;
/// A new community after so many kills, so that the check of all that was answered stays quick.
const KILLS_PER_TOWN: usize = 50;
/// Limits are for people; here each sends as fast as it is answered.
const OPTIONS: [&str; 8] = [
    "--quota-factor=0",
    "--frame-burst=1000000000",
    "--login-burst=1000000",
    "--registration-burst=1000000",
    "--session-burst=1000000",
    "--socket-burst=1000000",
    "--connections-per-address=4000",
    "--log=error",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_answered_is_lost_or_doubled_by_a_kill() {
    let kills: usize = std::env::var("PARLEY_CRASHES").map_or(20, |text| text.parse().unwrap());
    let started = Instant::now();
    let mut left = kills;
    let mut answered = ledger::Counts::default();
    while left > 0 {
        let round = left.min(KILLS_PER_TOWN);
        left -= round;
        answered.add(&town(round).await);
        println!(
            "{} kills after {:.0?}: {answered:?}",
            kills - left,
            started.elapsed()
        );
    }
    assert!(answered.posts > kills, "{answered:?}");
    // These take longer than a relay lives here on a slow machine, now and then.
    assert!(
        kills < 100 || (answered.blobs > 0 && answered.logins > 0),
        "{answered:?}"
    );
    assert!(
        answered.entries > 0 && answered.mails > 0 && answered.claims > 0,
        "{answered:?}"
    );
}

/// One community from its beginning, and so many kills.
async fn town(kills: usize) -> ledger::Counts {
    let folder = folder();
    let data = data(&folder);
    let relay = Program::start(&data, &OPTIONS);
    let mut town = Town::found(&relay, SENDERS).await;
    relay.kill();
    for _ in 0..kills {
        let relay = Program::start(&data, &OPTIONS);
        let moment = Duration::from_millis(random_from(50, 560));
        let address = relay.address();
        let killing = async {
            tokio::time::sleep(moment).await;
            tokio::task::spawn_blocking(move || relay.kill())
                .await
                .unwrap()
        };
        let ((), ended) = tokio::join!(run_until_it_ends(&mut town, address), killing);
        assert!(!ended.logged.contains("ERROR"), "{}", ended.logged);
        town.ledger.check(&data);
    }
    // And the relay itself finds everything, too.
    let relay = Program::start(&data, &OPTIONS);
    town.check_by_reading(relay.address()).await;
    let ended = relay.stop();
    assert!(ended.status.success(), "{}", ended.logged);
    town.ledger.counts()
}

/// A number that no run repeats: what the test makes up otherwise is the same each time.
fn random_from(least: u64, most: u64) -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    least + u64::from(since.subsec_nanos()) / 1_000 % (most - least)
}
