//! The systemd unit: how far it is locked in, measured by systemd itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Given, Outcome};
use crate::{steps, tools, workspace};

/// In tenths, from 0 for locked in to 100 for not at all. The handbook has it.
const AT_MOST: u32 = 17;

fn unit() -> std::path::PathBuf {
    workspace::root().join("packaging/debian/parley-relay.service")
}

/// Measures the unit, and looks for words that systemd does not know.
pub(super) fn is_locked_in(_: &Given) -> Result<Outcome> {
    if tools::on_path("systemd-analyze").is_none() {
        return Ok(Outcome::NotRun("systemd-analyze is not here".into()));
    }
    if let Some(line) = exposure(&unit(), AT_MOST)? {
        bail!("{line}");
    }
    let handbook = workspace::root().join("docs/operating/vps.md");
    let text = fs::read_to_string(&handbook).context("the handbook has no such page")?;
    let written = format!("{}.{} of 10", AT_MOST / 10, AT_MOST % 10);
    if !text.contains(&written) {
        bail!("{} does not say {written}", handbook.display());
    }
    Ok(Outcome::Passed)
}

/// The same with one line taken out must be too much.
pub(super) fn less_is_noticed(given: &Given) -> Result<Outcome> {
    if tools::on_path("systemd-analyze").is_none() {
        return Ok(Outcome::NotRun("systemd-analyze is not here".into()));
    }
    let text = fs::read_to_string(unit()).context("there is no unit")?;
    let less = given.scratch.join("parley-less.service");
    fs::write(&less, text.replace("NoNewPrivileges=yes\n", "")).context("cannot write")?;
    match exposure(&less, AT_MOST)? {
        Some(_) => Ok(Outcome::Passed),
        None => bail!("nobody would notice"),
    }
}

/// What systemd says when a unit is less locked in than that, or has a fault.
fn exposure(unit: &Path, at_most: u32) -> Result<Option<String>> {
    let output = Command::new("systemd-analyze")
        .args(["security", "--offline=yes", "--no-pager"])
        .arg(format!("--threshold={at_most}"))
        .arg(unit)
        .output()
        .context("cannot start systemd-analyze")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let noted = String::from_utf8_lossy(&output.stderr);
    if noted.contains("Unknown key") || noted.contains("Failed to parse") {
        bail!("{}", noted.trim());
    }
    let line = said.lines().find(|line| line.contains("Overall exposure"));
    let line = line.context("systemd gave no figure")?.trim();
    steps::say(&format!("    {line}"));
    Ok((!output.status.success()).then(|| line.to_owned()))
}
