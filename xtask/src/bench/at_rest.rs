//! The relay with nothing to do: its memory, and the size of its program.

use std::fs;

use anyhow::{Context, Result};

use super::budget::{Limit, Line, Peer};
use super::{Setting, servers};

const BUDGET_RESIDENT_MB: f64 = 30.0;
const BUDGET_PROGRAM_MB: f64 = 25.0;

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
    ])
}
