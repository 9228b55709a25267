//! Measurements without a browser: examples of the client that print one line of JSON.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{steps, workspace};

/// Builds an example for release, and gives what it says when it is asked with a number.
pub(super) fn run(name: &str, number: usize) -> Result<Value> {
    let words = [
        "build",
        "--locked",
        "--release",
        "--quiet",
        "--package",
        "parley-client",
        "--example",
        name,
    ];
    steps::run(workspace::cargo().args(words))?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let program = workspace::target().join("release/examples").join(file);
    let text = steps::read(Command::new(program).arg(number.to_string()))?;
    serde_json::from_str(&text).context("the program gave no JSON")
}
