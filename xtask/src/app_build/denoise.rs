//! The program that takes noise out of a microphone: the crate `denoise`, by itself, without a script. A page loads it
//! when somebody wants it, so it is none of the chunks.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::program::{Aim, FEATURES, TARGET, Tools, renamed};
use crate::{steps, workspace};

/// As the app asks for it.
const NAME: &str = "denoise.wasm";

/// Builds it into that folder.
pub(super) fn build(tools: &Tools, into: &Path) -> Result<()> {
    let profile = tools.aim.profile();
    let mut cargo = workspace::cargo();
    if tools.aim == Aim::Size {
        cargo.args(["--config", &renamed()]);
    }
    steps::run(
        cargo
            .args(["rustc", "--locked", "--profile", profile])
            .args(["--package", "parley-denoise", "--lib", "--target", TARGET])
            .args(["--crate-type", "cdylib"]),
    )?;
    let built = workspace::target()
        .join(TARGET)
        .join(profile)
        .join("parley_denoise.wasm");
    let to = into.join(NAME);
    if tools.aim == Aim::Quick {
        std::fs::copy(&built, &to).context("cannot copy it")?;
        return Ok(());
    }
    steps::run(
        Command::new(&tools.opt)
            .args(FEATURES)
            .args(["-O3", "--strip-debug", "--strip-producers"])
            .arg(built)
            .arg("-o")
            .arg(to),
    )
}
