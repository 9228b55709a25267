//! Idle devices: what a connected device that does nothing costs the relay in
//! memory, beside a server that knows nothing about its connections.

use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;

use super::budget::{Limit, Line, Peer};
use super::process::Running;
use super::{Setting, servers};

const CONNECTIONS: u32 = 2_000;
const DEVICES_EACH: u32 = 16;
const BUDGET_KB: f64 = 8.0;
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
    Ok(vec![Line {
        what: format!("idle connected device, {CONNECTIONS} of them"),
        unit: "KB",
        parley: parley / 1e3,
        peer,
        limits: vec![Limit::AtMost(BUDGET_KB)],
    }])
}

fn bytes_each(server: &Running, load: &mut Running) -> Result<f64> {
    let before = server.resident_bytes()?;
    load.ask(&format!("connect {CONNECTIONS}"))?;
    sleep(SETTLE);
    let after = server.resident_bytes()?;
    Ok((after - before) / f64::from(CONNECTIONS))
}
