//! From a microphone to a loudspeaker: two apps in one page that talk to each other, beside a pair of connections as
//! browsers make them. Once on a good network, timed; once on a bad one, where what had to be made up is counted.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Setting;
use super::budget::{Limit, Line, Peer};
use crate::test::install_packages;
use crate::{steps, tools, workspace};

const ROUNDS: u32 = 5;
/// Each with twenty seconds and more of sound.
const LOSSY_ROUNDS: u32 = 4;
/// In milliseconds.
const BUDGET_MEDIAN: f64 = 50.0;
const BUDGET_SPREAD: f64 = 10.0;
const BUDGET_RATIO: f64 = 0.80;
const BUDGET_CONCEALED: f64 = 0.4;
/// In hundredths of a core.
const BUDGET_DENOISING: f64 = 5.0;
/// Fewer, and the figures say nothing.
const BURSTS: f64 = 50.0;

const PEER: &str = "connections as they come";

/// Opens the page twice.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let good = report(setting, ROUNDS, &[])?;
    let mut lines = vec![
        compared(
            "microphone to loudspeaker, half of the bursts",
            "ms",
            &good,
            "median",
            vec![
                Limit::AtMost(BUDGET_MEDIAN),
                Limit::RatioAtMost(BUDGET_RATIO),
            ],
        )?,
        compared(
            "the same, 95 of 100 later by at most",
            "ms",
            &good,
            "spread",
            vec![Limit::AtMost(BUDGET_SPREAD)],
        )?,
    ];
    lines.push(denoising()?);
    let bad = report(setting, LOSSY_ROUNDS, &["lossy"])?;
    lines.push(compared(
        "sound made up at 5 % loss and 30 ms jitter",
        "%",
        &bad,
        "concealed",
        vec![Limit::RatioAtMost(BUDGET_CONCEALED)],
    )?);
    Ok(lines)
}

/// What noise suppression of Parley's own costs.
fn denoising() -> Result<Line> {
    let report = steps::read(
        tools::node()?
            .arg("bench/denoise.mjs")
            .arg(workspace::built_app())
            .current_dir(workspace::root().join("playwright")),
    )?;
    let report: Value = serde_json::from_str(&report).context("the program gave no JSON")?;
    let percent = report.get("percent").and_then(Value::as_f64);
    Ok(Line {
        what: "strong noise suppression, processor".into(),
        unit: "% of a core",
        parley: percent.context("nothing was measured")?,
        peer: Peer::None,
        limits: vec![Limit::AtMost(BUDGET_DENOISING)],
    })
}

fn report(setting: &Setting, rounds: u32, more: &[&str]) -> Result<Value> {
    let chromium = tools::chromium()?;
    let folder = workspace::root().join("playwright");
    install_packages(&folder)?;
    let report = steps::read(
        tools::node()?
            .arg("bench/voice.mjs")
            .arg(&setting.relay)
            .arg(rounds.to_string())
            .args(more)
            .current_dir(&folder)
            .env("PARLEY_CHROMIUM", chromium),
    )?;
    let report: Value = serde_json::from_str(&report).context("the browser gave no JSON")?;
    for side in ["parley", "bare"] {
        let bursts = number(&report, side, "bursts")?;
        if bursts < BURSTS {
            bail!("only {bursts} bursts were heard through {side}");
        }
    }
    steps::say(&format!("    {report}"));
    Ok(report)
}

fn compared(
    what: &str,
    unit: &'static str,
    report: &Value,
    figure: &str,
    limits: Vec<Limit>,
) -> Result<Line> {
    Ok(Line {
        what: what.into(),
        unit,
        parley: number(report, "parley", figure)?,
        peer: Peer::Measured {
            name: PEER.into(),
            value: number(report, "bare", figure)?,
        },
        limits,
    })
}

fn number(report: &Value, side: &str, figure: &str) -> Result<f64> {
    let value = report.pointer(&format!("/{side}/{figure}"));
    value
        .and_then(Value::as_f64)
        .with_context(|| format!("the browser did not measure {figure} of {side}"))
}
