//! Idle devices: what a connected device that does nothing costs the relay in
//! memory, beside a server that knows nothing about its connections, and what
//! a thousand of them cost in processor time.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::budget::{Limit, Line, Peer};
use super::process::Running;
use super::{Setting, servers};

const CONNECTIONS: u32 = 2_000;
const DEVICES_EACH: u32 = 16;
const BUDGET_KB: f64 = 8.0;
/// Devices that are connected while the processor time is taken.
const QUIET: u32 = 1_000;
const BUDGET_TLS_MB: f64 = 48.0;
const BUDGET_PERCENT: f64 = 0.5;
const WATCHED: Duration = Duration::from_secs(20);
/// Long enough for what only connecting needed to be given back.
const SETTLE: Duration = Duration::from_secs(2);

/// Connects everybody to both servers, one after the other.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let relay = servers::Relay::start(setting, "idle", servers::NO_LIMITS)?;
    let mut load = servers::load(setting, &["relay", &relay.url(), &relay.setup_link()?])?;
    let members = CONNECTIONS.div_ceil(DEVICES_EACH);
    load.ask(&format!("seed {members} {DEVICES_EACH}"))?;
    // A fresh process: what making the accounts took is not the devices'.
    let relay = relay.restart()?;
    let parley = bytes_each(&relay.running, &mut load)?;
    drop(load);
    let (over_tls, busy) = quiet_over_tls(setting)?;

    let peer = match servers::ws(setting)? {
        None => Peer::Missing(servers::INSTALL_PEERS.into()),
        Some((server, port)) => {
            let mut load = servers::load(setting, &["plain", &format!("ws://127.0.0.1:{port}")])?;
            Peer::Measured {
                name: "npm ws, no accounts".into(),
                value: bytes_each(&server, &mut load)? / 1e3,
            }
        }
    };
    Ok(vec![
        Line {
            what: format!("idle connected device, {CONNECTIONS} of them"),
            unit: "KB",
            parley: parley / 1e3,
            peer,
            limits: vec![Limit::AtMost(BUDGET_KB)],
        },
        Line {
            what: format!("{QUIET} idle connected devices over TLS, memory of the relay"),
            unit: "MB",
            parley: over_tls / 1e6,
            peer: Peer::None,
            limits: vec![Limit::AtMost(BUDGET_TLS_MB)],
        },
        Line {
            what: format!("{QUIET} idle connected devices over TLS, of a core"),
            unit: "%",
            parley: busy,
            peer: Peer::None,
            limits: vec![Limit::AtMost(BUDGET_PERCENT)],
        },
    ])
}

/// All memory, in bytes, of a relay whose devices are connected over TLS and do
/// nothing, and its processor time in hundredths of a core.
fn quiet_over_tls(setting: &Setting) -> Result<(f64, f64)> {
    let relay = servers::Relay::start_with_tls(setting, "quiet", servers::NO_LIMITS)?;
    let words = ["relay", &relay.url(), &relay.setup_link()?];
    let mut load = servers::load_trusting(setting, &relay.authority(), &words)?;
    load.ask(&format!(
        "seed {} {DEVICES_EACH}",
        QUIET.div_ceil(DEVICES_EACH)
    ))?;
    // A fresh process: what making the accounts took is not the devices'.
    let relay = relay.restart()?;
    load.ask(&format!("connect {QUIET}"))?;
    sleep(SETTLE);
    let (before, since) = (relay.running.cpu_seconds()?, Instant::now());
    sleep(WATCHED);
    let used = relay.running.cpu_seconds()? - before;
    let share = used / since.elapsed().as_secs_f64() * 100.0;
    Ok((relay.running.resident_bytes()?, share))
}

fn bytes_each(server: &Running, load: &mut Running) -> Result<f64> {
    let before = server.resident_bytes()?;
    load.ask(&format!("connect {CONNECTIONS}"))?;
    sleep(SETTLE);
    let after = server.resident_bytes()?;
    Ok((after - before) / f64::from(CONNECTIONS))
}
