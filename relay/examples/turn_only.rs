//! Runs the TURN server alone, for measuring it. Prints credentials for one
//! device as a line of JSON, and stops when its input ends.
//!
//! `cargo run --release -p parley-relay --example turn_only -- 127.0.0.1:3478`

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use parley_relay::turn::{
    Clock, SystemClock, TurnConfig, TurnLimits, TurnSecret, TurnServer, TurnStats,
};

/// All flows of a measurement belong to one device, which is no limit here.
const DEVICE: &str = "bench-bench-bench-0000";

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listen = std::env::args().nth(1);
    let listen = listen.as_deref().unwrap_or("127.0.0.1:3478");
    let listen = listen.parse().map_err(std::io::Error::other)?;
    let config = TurnConfig {
        listen,
        public_addr: listen,
        realm: "bench".to_owned(),
        limits: TurnLimits {
            allocations_per_device: usize::MAX,
            bits_per_second_per_device: u64::MAX,
            credential_lifetime: Duration::from_hours(24),
            ..TurnLimits::default()
        },
    };
    let clock = SystemClock::default();
    let now = clock.unix_seconds();
    let live = |device: &str| device == DEVICE;
    let secret = TurnSecret::new([1; 32]);
    let server = TurnServer::start(config, secret, Arc::new(live), Arc::new(clock))?;

    let credentials = server.credentials(DEVICE, now);
    write_line(&format!(
        r#"{{"address":"{}","username":"{}","password":"{}","pid":{}}}"#,
        server.local_addr(),
        credentials.username,
        credentials.password,
        std::process::id(),
    ))?;
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    let TurnStats {
        packets_relayed,
        dropped_by_limit,
        dropped_without_permission,
        dropped_at_socket,
        ..
    } = server.stats();
    write_line(&format!(
        r#"{{"relayed":{packets_relayed},"over_limit":{dropped_by_limit},"not_permitted":{dropped_without_permission},"at_socket":{dropped_at_socket}}}"#
    ))?;
    server.shutdown().await;
    Ok(())
}

fn write_line(line: &str) -> std::io::Result<()> {
    use std::io::Write;
    writeln!(std::io::stdout(), "{line}")
}
