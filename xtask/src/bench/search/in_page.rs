//! The same in a page: its frames while 100,000 messages are fetched and go
//! into the index, and while the index is made anew of what the store has.

use anyhow::{Context, Result};
use serde_json::Value;

use super::super::budget::{Limit, Line, Peer};
use super::super::process::Running;
use super::super::{Setting, servers};
use crate::test::install_packages;
use crate::{steps, tools, workspace};

const BUDGET_FRAME_MS: f64 = 50.0;
const BUDGET_QUERY_MS: f64 = 100.0;

/// Writes the messages, and lets a page fetch and index them.
pub(super) fn measure(setting: &Setting, messages: usize) -> Result<Vec<Line>> {
    let folder = workspace::root().join("playwright");
    install_packages(&folder)?;
    let relay = servers::Relay::start(setting, "indexing", servers::NO_LIMITS)?;
    let mut load = std::process::Command::new(&setting.load);
    load.args(["history", &relay.url(), &relay.setup_link()?]);
    load.args([messages, 0, 0].map(|number| number.to_string()));
    let mut load = Running::talking(&mut load)?;
    let written = load.next_json()?;
    let word = |name: &str| {
        let value = written.get(name).and_then(Value::as_str);
        value.with_context(|| format!("the load named no {name}"))
    };
    let report = steps::read(
        tools::node()?
            .arg("bench/indexing.mjs")
            .args([&relay.url(), word("name")?, word("password")?])
            .arg(format!("message {messages} of a long history"))
            .arg(messages.to_string())
            .current_dir(&folder)
            .env("PARLEY_CHROMIUM", tools::chromium()?),
    )?;
    let report: Value = serde_json::from_str(&report).context("the browser gave no JSON")?;
    steps::say(&format!("    {report}"));
    let number = |path: &str| {
        let value = report.pointer(path).and_then(Value::as_f64);
        value.with_context(|| format!("the browser did not measure {path}"))
    };
    let line = |what: &str, value, most| Line {
        what: what.to_owned(),
        unit: "ms",
        parley: value,
        peer: Peer::None,
        limits: vec![Limit::AtMost(most)],
    };
    Ok(vec![
        line(
            "the longest frame while 100,000 messages are fetched and indexed",
            number("/coming/longestFrameMs")?,
            BUDGET_FRAME_MS,
        ),
        line(
            "the page's longest task while they are indexed anew and somebody types",
            number("/anew/ownMs")?,
            BUDGET_FRAME_MS,
        ),
        line(
            "a query among them, until its lines are on the page, the slowest",
            number("/queryMs")?,
            BUDGET_QUERY_MS,
        ),
    ])
}
