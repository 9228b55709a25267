//! From a microphone to a loudspeaker: two apps in one page that talk to each other, beside a pair of connections as
//! browsers make them. Once on a good network, timed; once on a bad one of a network namespace, where what had to be
//! made up is counted.

use std::process::Command;

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

const NAMESPACE: &str = "parley-voice";
const PEER: &str = "connections as they come";

/// Opens the page twice.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let good = report(setting, &[], ROUNDS)?;
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
    let namespace = Namespace::make()?;
    if !namespace.can_lose() {
        steps::say("    not measured: a bad network. This kernel has no netem");
        return Ok(lines);
    }
    let bad = report(setting, &namespace.enter(), LOSSY_ROUNDS)?;
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

fn report(setting: &Setting, enter: &[&str], rounds: u32) -> Result<Value> {
    let chromium = tools::chromium()?;
    let folder = workspace::root().join("playwright");
    install_packages(&folder)?;
    let node = tools::node()?;
    let mut command = match enter.split_first() {
        Some((program, words)) => {
            let mut command = Command::new(program);
            command.args(words).arg(node.get_program());
            command
        }
        None => node,
    };
    command
        .arg("bench/voice.mjs")
        .arg(&setting.relay)
        .arg(rounds.to_string())
        .current_dir(&folder)
        .env("PARLEY_CHROMIUM", chromium);
    if !enter.is_empty() {
        command.arg("lossy");
    }
    let report = steps::read(&mut command)?;
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

/// A network of its own, with one address that connections take: browsers leave out the loopback. Gone when dropped.
struct Namespace;

impl Namespace {
    /// Whether its network can be made to lose packets.
    fn can_lose(&self) -> bool {
        let [ip, words @ ..] = self.enter();
        let tc = |action: &str| {
            let mut command = Command::new(ip);
            steps::read(
                command
                    .args(words)
                    .args(["tc", "qdisc", action, "dev", "lo", "root", "netem"]),
            )
        };
        tc("add").is_ok_and(|_| tc("del").is_ok())
    }

    fn make() -> Result<Self> {
        // What an earlier run that was stopped left.
        Command::new("ip")
            .args(["netns", "delete", NAMESPACE])
            .stderr(std::process::Stdio::null())
            .status()
            .ok();
        steps::run(Command::new("ip").args(["netns", "add", NAMESPACE]))
            .context("a bad network needs root and iproute2")?;
        let made = Self;
        for line in [
            "link set lo up",
            "link add voice0 type veth peer name voice1",
            "address add 10.83.0.1/24 dev voice0",
            "link set voice0 up",
            "link set voice1 up",
            "route add default via 10.83.0.2",
        ] {
            let words = ["netns", "exec", NAMESPACE, "ip"];
            steps::run(Command::new("ip").args(words).args(line.split(' ')))?;
        }
        Ok(made)
    }

    fn enter(&self) -> [&'static str; 4] {
        let Self = self;
        ["ip", "netns", "exec", NAMESPACE]
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        Command::new("ip")
            .args(["netns", "delete", NAMESPACE])
            .status()
            .ok();
    }
}
