//! Start time: from opening the page, with nothing in the browser's caches, to
//! a composer one can type in, with the relay on the same machine.

use anyhow::{Context, Result};
use serde_json::Value;

use super::budget::{Limit, Line, Peer, median};
use super::{Setting, servers};
use crate::test::install_packages;
use crate::{steps, tools, workspace};

const ROUNDS: usize = 5;
const BUDGET_MS: f64 = 1_000.0;

/// Founds a community in a browser, and opens it again and again.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let chromium = tools::chromium()?;
    let folder = workspace::root().join("playwright");
    install_packages(&folder)?;
    let relay = servers::Relay::start(setting, "start", &[])?;
    let report = steps::read(
        tools::node()?
            .arg("bench/start.mjs")
            .arg(relay.setup_link()?)
            .arg(ROUNDS.to_string())
            .current_dir(&folder)
            .env("PARLEY_CHROMIUM", chromium),
    )?;
    let report: Value = serde_json::from_str(&report).context("the browser gave no JSON")?;
    let starts = report.get("starts").and_then(Value::as_array);
    let milliseconds = starts
        .into_iter()
        .flatten()
        .filter_map(|start| start.get("ms").and_then(Value::as_f64))
        .collect();
    Ok(vec![Line {
        what: "start, caches empty, to a usable composer".into(),
        unit: "ms",
        parley: median(milliseconds).context("the page never started")?,
        peer: Peer::None,
        limits: vec![Limit::AtMost(BUDGET_MS)],
    }])
}
