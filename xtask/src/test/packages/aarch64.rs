//! The program for aarch64, started under an emulator. Building it takes
//! minutes: only in the full run, or when it was built before.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::{Given, Outcome};
use crate::relay_build::{machine, static_relay};
use crate::{app_build, steps, tools};

/// Starts it until it says where it is.
pub(super) fn starts(given: &Given) -> Result<Outcome> {
    if !given.full {
        return Ok(Outcome::NotRun("only with --full".into()));
    }
    let emulator = tools::debian("qemu-aarch64", "qemu-user")?;
    app_build::app()?;
    let program = static_relay::build(machine::named("aarch64")?)?;
    let mut relay = Command::new(emulator)
        .arg(&program)
        .args(["--listen=127.0.0.1:0", "--turn-listen=off", "--data"])
        .arg(given.scratch.join("aarch64"))
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the emulator")?;
    let output = relay.stdout.take().context("the relay has no output")?;
    let first = BufReader::new(output).lines().next();
    relay.kill().context("cannot end the relay")?;
    relay.wait().context("cannot wait for the relay")?;
    let Some(Ok(line)) = first else {
        bail!("the relay for aarch64 says nothing");
    };
    steps::say(&format!("    {line}"));
    if !line.starts_with("Parley is at http") {
        bail!("that is not what a relay says");
    }
    Ok(Outcome::Passed)
}
