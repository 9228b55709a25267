//! A community with a long log: how long a device takes to start with it, and
//! relay and client to add an entry. Without browser and network; what a page
//! needs beside it is in `start`.

use anyhow::{Context, Result};
use serde_json::Value;

use super::budget::{Limit, Line, Peer};
use super::{Setting, example};

const BUDGET_START_MS: f64 = 1_000.0;
const BUDGET_APPEND_MS: f64 = 0.2;

/// Makes two logs, and starts and appends at their end.
pub(super) fn measure(_setting: &Setting) -> Result<Vec<Line>> {
    let usual = example::run("long_log", 20_000)?;
    let long = example::run("long_log", 200_000)?;
    let line = |what: &str, report: &Value, field: &str, budget| -> Result<Line> {
        let value = report.get(field).and_then(Value::as_f64);
        Ok(Line {
            what: what.to_owned(),
            unit: "ms",
            parley: value.with_context(|| format!("no {field} was measured"))?,
            peer: Peer::None,
            limits: vec![Limit::AtMost(budget)],
        })
    };
    Ok(vec![
        line(
            "start with 20,000 log entries",
            &usual,
            "start_ms",
            BUDGET_START_MS,
        )?,
        line(
            "append at 20,000 log entries",
            &usual,
            "append_ms",
            BUDGET_APPEND_MS,
        )?,
        line(
            "append at 200,000 log entries",
            &long,
            "append_ms",
            BUDGET_APPEND_MS,
        )?,
    ])
}
