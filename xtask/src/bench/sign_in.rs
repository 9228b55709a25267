//! Signing in on a new browser, with name and password alone and no other
//! device anywhere: how long until the newest of 10,000 messages can be read,
//! and how long a vault of 50,000 sessions takes beside a page that stays
//! smooth.

use anyhow::{Context, Result};
use serde_json::Value;

use super::budget::{Limit, Line, Peer, median};
use super::{Setting, servers};
use crate::test::install_packages;
use crate::{steps, tools, workspace};

const MESSAGES: usize = 10_000;
const SESSIONS: usize = 50_000;
const ROUNDS: usize = 3;
const BUDGET_READABLE_MS: f64 = 3_000.0;
const BUDGET_READ_MS: f64 = 20_000.0;
const BUDGET_FRAME_MS: f64 = 50.0;

/// Writes two pasts, and signs in to each.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    install_packages(&workspace::root().join("playwright"))?;
    let long = Past::write(setting, MESSAGES, 0)?;
    let mut readable = Vec::new();
    for _ in 0..ROUNDS {
        readable.push(number(&long.sign_in()?, "readableMs")?);
    }
    drop(long);
    let full = Past::write(setting, 1, SESSIONS)?;
    let report = full.sign_in()?;
    let line = |what: &str, value, most| Line {
        what: what.to_owned(),
        unit: "ms",
        parley: value,
        peer: Peer::None,
        limits: vec![Limit::AtMost(most)],
    };
    Ok(vec![
        line(
            "sign-in on a new browser to the newest of 10,000 messages",
            median(readable).context("nobody signed in")?,
            BUDGET_READABLE_MS,
        ),
        line(
            "a vault of 50,000 sessions read by a page",
            number(&report, "readMs")?,
            BUDGET_READ_MS,
        ),
        line(
            "the page's longest frame meanwhile",
            number(&report, "longestFrameMs")?,
            BUDGET_FRAME_MS,
        ),
    ])
}

/// A member's past at a relay of its own.
struct Past {
    relay: servers::Relay,
    name: String,
    password: String,
    messages: usize,
}

impl Past {
    fn write(setting: &Setting, messages: usize, sessions: usize) -> Result<Self> {
        let relay = servers::Relay::start(setting, "sign-in", servers::NO_LIMITS)?;
        let mut load = std::process::Command::new(&setting.load);
        load.args(["history", &relay.url(), &relay.setup_link()?]);
        load.args([messages.to_string(), sessions.to_string(), 0.to_string()]);
        let written: Value = serde_json::from_str(&steps::read(&mut load)?)?;
        let word = |name: &str| {
            let value = written.get(name).and_then(Value::as_str);
            value
                .map(str::to_owned)
                .with_context(|| format!("the load named no {name}"))
        };
        Ok(Self {
            name: word("name")?,
            password: word("password")?,
            relay,
            messages,
        })
    }

    fn sign_in(&self) -> Result<Value> {
        let report = steps::read(
            tools::node()?
                .arg("bench/sign_in.mjs")
                .args([&self.relay.url(), &self.name, &self.password])
                .arg(format!("message {} of a long history", self.messages))
                .current_dir(workspace::root().join("playwright"))
                .env("PARLEY_CHROMIUM", tools::chromium()?),
        )?;
        serde_json::from_str(&report).context("the browser gave no JSON")
    }
}

fn number(report: &Value, name: &str) -> Result<f64> {
    let value = report.get(name).and_then(Value::as_f64);
    value.with_context(|| format!("the browser did not measure {name}"))
}
