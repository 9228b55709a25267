//! The relay with nothing to do: its memory, the size of its program, and how
//! long it takes to start with all that a community has said in years.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::Value;

use super::budget::{Limit, Line, Peer};
use super::{Setting, servers};

const BUDGET_RESIDENT_MB: f64 = 16.0;
const BUDGET_PROGRAM_MB: f64 = 20.0;

const STORED: u64 = 1_000_000;
const BUDGET_START_MS: f64 = 100.0;

/// Looks at a relay that has just started.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let relay = servers::Relay::start(setting, "at-rest", &[])?;
    let resident = relay.running.resident_bytes()?;
    let program = fs::metadata(&setting.relay).context("the relay's program is gone")?;
    Ok(vec![
        Line {
            what: "relay at rest, memory".into(),
            unit: "MB",
            parley: resident / 1e6,
            peer: Peer::None,
            limits: vec![Limit::AtMost(BUDGET_RESIDENT_MB)],
        },
        Line {
            what: "relay program, app included".into(),
            unit: "MB",
            parley: crate::dist::megabytes(program.len()),
            peer: Peer::None,
            limits: vec![Limit::AtMost(BUDGET_PROGRAM_MB)],
        },
        Line {
            what: "start with 1,000,000 stored messages".into(),
            unit: "ms",
            parley: start_with_messages(setting)?,
            peer: Peer::None,
            limits: vec![Limit::AtMost(BUDGET_START_MS)],
        },
    ])
}

/// Milliseconds from the end of one process, which nobody asked to end, until
/// the next one listens.
fn start_with_messages(setting: &Setting) -> Result<f64> {
    let relay = servers::Relay::start(setting, "full", servers::NO_LIMITS)?;
    let words = ["relay", &relay.url(), &relay.setup_link()?];
    let mut load = servers::load(setting, &words)?;
    load.ask("seed 64 1")?;
    let mut stored = 0;
    while stored < STORED {
        let report = load.ask("post 64 10")?;
        let count = report.get("messages").and_then(Value::as_u64);
        stored += count.context("the load does not say how many it wrote")?;
    }
    drop(load);
    let since = Instant::now();
    let _relay = relay.restart()?;
    Ok(since.elapsed().as_secs_f64() * 1e3)
}
