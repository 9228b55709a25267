//! The same 100 MB through two pages in a browser: what a member waits for,
//! and what sealing and opening cost the page, its workers among it.

use anyhow::{Context, Result};
use serde_json::Value;

use super::super::budget::{Limit, Line, Peer};
use super::super::scratch::Scratch;
use super::super::{Setting, servers};
use crate::test::install_packages;
use crate::{steps, tools, workspace};

const BYTES: usize = 100_000_000;
const ROUNDS: usize = 3;
/// A line of 200 Mbit/s is 25 MB/s.
const BUDGET_RATE: f64 = 25.0;
const BUDGET_RENDERER_MS: f64 = 30.0;

/// Sends and saves the file, and asks the browser what that cost.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let chromium = tools::chromium()?;
    let folder = workspace::root().join("playwright");
    install_packages(&folder)?;
    let relay = servers::Relay::start(setting, "file-page", servers::NO_LIMITS)?;
    let scratch = Scratch::new("file-page-bytes")?;
    let file = scratch.path().join("hundred.bin");
    std::fs::write(&file, bytes()).context("cannot write what is to be sent")?;
    let report = steps::read(
        tools::node()?
            .arg("bench/file_page.mjs")
            .arg(relay.setup_link()?)
            .arg(&file)
            .arg(ROUNDS.to_string())
            .current_dir(&folder)
            .env("PARLEY_CHROMIUM", chromium),
    )?;
    let report: Value = serde_json::from_str(&report).context("the browser gave no JSON")?;
    let mut lines = lines(&report, "up", "upload")?;
    lines.extend(self::lines(&report, "down", "download")?);
    Ok(lines)
}

/// Bytes in which nothing repeats for long.
fn bytes() -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes: Vec<u8> = std::iter::repeat_with(next)
        .take(BYTES / 8)
        .flatten()
        .collect();
    bytes.truncate(BYTES);
    bytes
}

fn lines(report: &Value, way: &str, name: &str) -> Result<Vec<Line>> {
    let number = |field: &str| {
        let value = report.pointer(&format!("/{way}/{field}"));
        let value = value.and_then(Value::as_f64);
        value.with_context(|| format!("the browser did not measure {field}"))
    };
    let line = |what: String, unit, parley, limit| Line {
        what,
        unit,
        parley,
        peer: Peer::None,
        limits: vec![limit],
    };
    Ok(vec![
        line(
            format!("{name} of 100 MB by a page"),
            "MB/s",
            number("rate")?,
            Limit::AtLeast(BUDGET_RATE),
        ),
        line(
            format!("{name}, the page's processor per MB"),
            "ms",
            number("rendererMs")?,
            Limit::AtMost(BUDGET_RENDERER_MS),
        ),
    ])
}
