//! What an open page costs: processor time of its renderer while nothing
//! happens, beside an empty page; and in a call with three others, who are all
//! muted or all heard, beside a page with nothing but the same connections.

use anyhow::{Context, Result};
use serde_json::Value;

use super::budget::{Limit, Line, Peer};
use super::{Setting, servers};
use crate::test::install_packages;
use crate::{steps, tools, workspace};

/// How long each is watched, in seconds.
const SECONDS: u32 = 60;
/// Both in hundredths of a core, beyond what it is compared with.
const BUDGET_AT_REST: f64 = 1.0;
const BUDGET_CALL: f64 = 5.0;
const BUDGET_CALL_MB: f64 = 120.0;

/// Opens the pages, and watches them.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let chromium = tools::chromium()?;
    let folder = workspace::root().join("playwright");
    install_packages(&folder)?;
    let relay = servers::Relay::start(setting, "renderer", &[])?;
    let report = steps::read(
        tools::node()?
            .arg("bench/renderer.mjs")
            .arg(relay.setup_link()?)
            .arg(SECONDS.to_string())
            .current_dir(&folder)
            .env("PARLEY_CHROMIUM", chromium),
    )?;
    let report: Value = serde_json::from_str(&report).context("the browser gave no JSON")?;
    let number = |name: &str| {
        let value = report.get(name).and_then(Value::as_f64);
        value.with_context(|| format!("the browser did not measure {name}"))
    };
    Ok(vec![
        line(
            "page at rest, renderer",
            number("atRest")?,
            "an empty page",
            number("emptyPage")?,
            BUDGET_AT_REST,
        ),
        line(
            "muted in a call with three others, renderer",
            number("mutedCall")?,
            "bare connections",
            number("connections")?,
            BUDGET_CALL,
        ),
        line(
            "heard in a call with three others, renderer",
            number("talkingCall")?,
            "bare connections",
            number("talkingConnections")?,
            BUDGET_CALL,
        ),
        Line {
            what: "page memory in a call with three others".into(),
            unit: "MB",
            parley: number("callBytes")? / 1e6,
            peer: Peer::None,
            limits: vec![Limit::AtMost(BUDGET_CALL_MB)],
        },
    ])
}

/// One second of processor time a minute is 1.67 hundredths of a core.
fn line(what: &str, parley: f64, name: &str, peer: f64, beyond: f64) -> Line {
    Line {
        what: what.into(),
        unit: "s a minute",
        parley,
        peer: Peer::Measured {
            name: name.into(),
            value: peer,
        },
        limits: vec![Limit::AtMost(peer + beyond * 0.6)],
    }
}
