//! A page with long channels: how long one of 10,000 messages takes to open,
//! whether scrolling through it stays smooth, what stays in the document and
//! in memory over 20 rounds through ten channels, and what a page costs that
//! receives 50 items a second, a third of them edits, reactions and answers.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::budget::{Limit, Line, Peer};
use super::process::Running;
use super::{Setting, servers};
use crate::test::install_packages;
use crate::{tools, workspace};

const MESSAGES: usize = 10_000;
const FURTHER_CHANNELS: usize = 9;
const ITEMS_A_SECOND: usize = 50;
const SECONDS: usize = 20;
const BUDGET_OPEN_MS: f64 = 100.0;
const BUDGET_FRAME_MS: f64 = 50.0;
/// Nodes of the whole document. 1,200 messages were 8,840 when all of them stayed in it.
const BUDGET_NODES: f64 = 4_000.0;
/// From the second round to the last.
const BUDGET_GROWTH: f64 = 1.10;
/// Hundredths of a core.
const BUDGET_RECEIVING: f64 = 60.0;

/// Writes the channels, and lets a page walk through them.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let folder = workspace::root().join("playwright");
    install_packages(&folder)?;
    let relay = servers::Relay::start(setting, "long-channel", servers::NO_LIMITS)?;
    let mut load = std::process::Command::new(&setting.load);
    load.args(["history", &relay.url(), &relay.setup_link()?]);
    load.args([MESSAGES, 0, FURTHER_CHANNELS].map(|number| number.to_string()));
    let mut load = Running::talking(&mut load)?;
    let written = load.next_json()?;
    let word = |name: &str| {
        let value = written.get(name).and_then(Value::as_str);
        value.with_context(|| format!("the load named no {name}"))
    };
    let mut page = tools::node()?;
    page.arg("bench/long_channel.mjs")
        .args([&relay.url(), word("name")?, word("password")?])
        .arg(format!("message {MESSAGES} of a long history"))
        .arg(FURTHER_CHANNELS.to_string())
        .current_dir(&folder)
        .env("PARLEY_CHROMIUM", tools::chromium()?);
    let mut page = Running::talking(&mut page)?;
    page.next_json().context("the page did not get there")?;
    load.ask(&format!("talk {ITEMS_A_SECOND} {SECONDS}"))?;
    lines(&page.ask("done")?)
}

fn lines(report: &Value) -> Result<Vec<Line>> {
    let number = |name: &str| {
        let value = report.get(name).and_then(Value::as_f64);
        value.with_context(|| format!("the browser did not measure {name}"))
    };
    if report.get("reached").and_then(Value::as_bool) != Some(true) {
        bail!("the page did not scroll to the beginning: {report}");
    }
    let memory = report.get("memory").and_then(Value::as_array);
    let memory: Vec<f64> = memory
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect();
    let (Some(first), Some(last)) = (memory.first(), memory.last()) else {
        bail!("the browser did not measure its memory");
    };
    let line = |what: &str, unit: &'static str, value, most| Line {
        what: what.to_owned(),
        unit,
        parley: value,
        peer: Peer::None,
        limits: vec![Limit::AtMost(most)],
    };
    Ok(vec![
        line(
            "a channel of 10,000 messages opens at its end",
            "ms",
            number("openMs")?,
            BUDGET_OPEN_MS,
        ),
        line(
            "the longest frame while scrolling through all of it",
            "ms",
            number("longestFrameMs")?,
            BUDGET_FRAME_MS,
        ),
        line(
            "nodes in the document meanwhile, at most",
            "",
            number("nodes")?,
            BUDGET_NODES,
        ),
        line(
            "page memory after 20 rounds through ten channels, to that after one",
            "x",
            last / first,
            BUDGET_GROWTH,
        ),
        line(
            "a page that receives 50 items a second",
            "% of a core",
            number("receiving")? * 100.0,
            BUDGET_RECEIVING,
        ),
    ])
}
