//! A vault: how long it takes to read one of 50,000 sessions, and what a new
//! session costs on its way into it. Without browser, disk and network.

use anyhow::{Context, Result};
use serde_json::Value;

use super::budget::{Limit, Line, Peer};
use super::{Setting, example};

/// On a page it may take 20 s, with the disk.
const BUDGET_READ_MS: f64 = 10_000.0;
/// Between two frames of a page.
const BUDGET_STEP_MS: f64 = 50.0;
const BUDGET_BYTES: f64 = 1_024.0;

/// Makes a vault, and reads it.
pub(super) fn measure(_setting: &Setting) -> Result<Vec<Line>> {
    let report = example::run("vault", 50_000)?;
    let line = |what: &str, field: &str, unit, most| -> Result<Line> {
        let value = report.get(field).and_then(Value::as_f64);
        Ok(Line {
            what: what.to_owned(),
            unit,
            parley: value.with_context(|| format!("no {field} was measured"))?,
            peer: Peer::None,
            limits: vec![Limit::AtMost(most)],
        })
    };
    Ok(vec![
        line(
            "read a vault of 50,000 sessions",
            "read_ms",
            "ms",
            BUDGET_READ_MS,
        )?,
        line(
            "its longest step, a segment of 100 keys",
            "longest_ms",
            "ms",
            BUDGET_STEP_MS,
        )?,
        line(
            "a new session into the vault, alone",
            "alone_bytes",
            "bytes",
            BUDGET_BYTES,
        )?,
        line(
            "a new session into the vault, with 99 others",
            "together_bytes",
            "bytes",
            BUDGET_BYTES,
        )?,
    ])
}
