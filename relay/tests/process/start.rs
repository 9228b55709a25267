//! How long a start takes with many stored messages: 100,000 in the default run, 1,000,000 with `PARLEY_FULL=1`.

use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use crate::crash::Town;
use crate::program::{Program, data, folder};

/// A debug build on a machine that is busy with other tests. What a release build takes stands in `docs/crashes.md`.
const AT_MOST: Duration = Duration::from_secs(2);

#[tokio::test]
async fn many_stored_messages_do_not_delay_the_start() {
    let full = std::env::var_os("PARLEY_FULL").is_some();
    let messages = if full { 1_000_000 } else { 100_000 };
    let folder = folder();
    let relay = Program::start(&data(&folder), &[]);
    let town = Town::found(&relay, 1).await;
    assert!(relay.stop().status.success());
    write(&data(&folder).join("parley.db"), messages);

    let started = Instant::now();
    let relay = Program::start(&data(&folder), &[]);
    let took = started.elapsed();
    println!("ready after {took:?} with {messages} messages");
    assert_eq!(relay.get("/readyz").0, 200);
    assert!(took < AT_MOST, "{took:?}");
    let address = relay.address();
    assert_eq!(town.last_item(address).await, messages);
}

/// In the text channel, which the second entry of the log created.
fn write(file: &std::path::Path, messages: u64) {
    let db = Connection::open(file).unwrap();
    db.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO item (place, at, author, identity, session, text)
             SELECT (2 << 32) + i, 1, zeroblob(16), randomblob(16), zeroblob(32),
                 hex(randomblob(100)) FROM n",
        params![i64::try_from(messages).unwrap()],
    )
    .unwrap();
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}
