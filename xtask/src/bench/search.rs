//! Finding messages: how long an index of 100,000 takes to make and to ask, its
//! longest step, and what it takes in the store, without browser and disk. A page
//! does the same in a worker, where no step holds up a frame: that is measured, too.

mod in_page;

use anyhow::{Context, Result};
use serde_json::Value;

use super::budget::{Limit, Line, Peer};
use super::{Setting, example};

const MESSAGES: usize = 100_000;
const BUDGET_BUILD_MS: f64 = 20_000.0;
const BUDGET_STEP_MS: f64 = 200.0;
const BUDGET_OPEN_MS: f64 = 500.0;
const BUDGET_QUERY_MS: f64 = 100.0;
const BUDGET_MB: f64 = 30.0;

/// Makes an index, and asks it.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let report = example::run("search", MESSAGES)?;
    let line = |what: &str, field: &str, unit, scale: f64, most| -> Result<Line> {
        let value = report.get(field).and_then(Value::as_f64);
        let value = value.with_context(|| format!("no {field} was measured"))?;
        Ok(Line {
            what: what.to_owned(),
            unit,
            parley: value * scale,
            peer: Peer::None,
            limits: vec![Limit::AtMost(most)],
        })
    };
    let mut lines = vec![
        line(
            "an index of 100,000 messages, made",
            "build_ms",
            "ms",
            1.0,
            BUDGET_BUILD_MS,
        )?,
        line(
            "its longest step, in the worker",
            "longest_ms",
            "ms",
            1.0,
            BUDGET_STEP_MS,
        )?,
        line("the index opened", "open_ms", "ms", 1.0, BUDGET_OPEN_MS)?,
        line(
            "a query in it, median",
            "median_ms",
            "ms",
            1.0,
            BUDGET_QUERY_MS,
        )?,
        line(
            "a query in it, the slowest",
            "worst_ms",
            "ms",
            1.0,
            BUDGET_QUERY_MS,
        )?,
        line("the index in the store", "bytes", "MB", 1e-6, BUDGET_MB)?,
    ];
    lines.extend(in_page::measure(setting, MESSAGES)?);
    Ok(lines)
}
