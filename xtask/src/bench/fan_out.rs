//! Fan-out: one member writes, 2,000 devices receive. Scored by what a second
//! of the server's processor time delivers, because the load that receives it
//! all runs on the same machine.

use anyhow::{Context, Result};
use serde_json::Value;

use super::budget::{Limit, Line, Peer, median};
use super::process::Running;
use super::{Setting, servers};

const RECEIVERS: u32 = 2_000;
const DEVICES_EACH: u32 = 16;
const MESSAGES: u32 = 100;
const ROUNDS: usize = 3;
const BUDGET_RATIO: f64 = 1.5;

/// Alternates the two servers, several rounds each.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let relay = servers::Relay::start(setting, "fan-out", servers::NO_LIMITS)?;
    let mut load = servers::load(setting, &["relay", &relay.url(), &relay.setup_link()?])?;
    let members = RECEIVERS.div_ceil(DEVICES_EACH);
    load.ask(&format!("seed {members} {DEVICES_EACH}"))?;
    load.ask(&format!("connect {RECEIVERS}"))?;

    let peer = servers::ws(setting)?;
    let mut peer_load = match &peer {
        None => None,
        Some((_, port)) => {
            let mut load = servers::load(setting, &["plain", &format!("ws://127.0.0.1:{port}")])?;
            load.ask(&format!("connect {RECEIVERS}"))?;
            Some(load)
        }
    };

    let (mut parley, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        parley.push(thousands_per_cpu_second(&relay.running, &mut load)?);
        if let (Some((server, _)), Some(load)) = (&peer, &mut peer_load) {
            plain.push(thousands_per_cpu_second(server, load)?);
        }
    }
    Ok(vec![Line {
        what: "fan-out 1 to 2,000, delivered per processor second".into(),
        unit: "thousand",
        parley: median(parley).context("nothing was measured")?,
        peer: match median(plain) {
            None => Peer::Missing(servers::INSTALL_PEERS.into()),
            Some(value) => Peer::Measured {
                name: "npm ws, nothing stored".into(),
                value,
            },
        },
        limits: vec![Limit::RatioAtLeast(BUDGET_RATIO)],
    }])
}

fn thousands_per_cpu_second(server: &Running, load: &mut Running) -> Result<f64> {
    let before = server.cpu_seconds()?;
    let report = load.ask(&format!("fan-out {MESSAGES}"))?;
    let spent = server.cpu_seconds()? - before;
    let delivered = report
        .get("delivered")
        .and_then(Value::as_f64)
        .context("the load does not say what was delivered")?;
    Ok(delivered / spent / 1e3)
}
