//! Namespaces of a test's own: what a script mounts, installs and starts in
//! there is gone with it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::Outcome;
use crate::{steps, tools};

/// What scripts have in common.
const COMMON: &str = include_str!("sandbox.sh");

/// Why there can be no namespaces here, if there cannot.
pub(super) fn is_missing() -> Option<String> {
    if !tools::is_root() {
        return Some("only root can make namespaces with a root file system of their own".into());
    }
    let mut probe = Command::new("unshare");
    probe.args(["--mount", "--net", "--pid", "--fork", "true"]);
    let works = probe.status().is_ok_and(|status| status.success());
    (!works).then(|| "this system allows no namespaces".into())
}

/// A shell that sees the whole system, in namespaces of its own: without a network but loopback, and ended with all
/// that it started.
pub(super) fn run(script: &str, variables: &[(&str, &Path)]) -> Result<Outcome> {
    if let Some(reason) = is_missing() {
        return Ok(Outcome::NotRun(reason));
    }
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--net", "--ipc", "--uts", "--pid", "--fork"])
        .args([
            "--mount-proc",
            "--kill-child",
            "bash",
            "-euo",
            "pipefail",
            "-s",
        ])
        .stdin(Stdio::piped());
    for (name, value) in variables {
        command.env(name, value);
    }
    let mut shell = command.spawn().context("cannot start unshare")?;
    let mut input = shell.stdin.take().context("the shell does not listen")?;
    input
        .write_all(format!("{COMMON}\n{script}").as_bytes())
        .context("the shell does not listen")?;
    drop(input);
    let status = shell.wait().context("cannot wait for the shell")?;
    if !status.success() {
        bail!("the script ended with {status}");
    }
    steps::say("    all as it should be");
    Ok(Outcome::Passed)
}
