//! Programs from PyPI, each at one pinned version in a folder of its own. Python itself is installed on Debian, and as
//! root, when it cannot make such a folder.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{steps, tools};

const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// The program that tries an HTTP interface against its description.
pub(crate) fn schemathesis() -> Result<PathBuf> {
    let folder = tools::folder()?.join("schemathesis");
    let programs = folder.join("bin");
    let stamp = folder.join("installed.txt");
    let program = programs.join("schemathesis");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == SCHEMATHESIS) {
        return Ok(program);
    }
    make_folder(&folder)?;
    let pip = ["-m", "pip", "install", "--quiet", SCHEMATHESIS];
    steps::run(Command::new(programs.join("python")).args(pip))?;
    fs::write(&stamp, SCHEMATHESIS).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(program)
}

fn make_folder(folder: &std::path::Path) -> Result<()> {
    let make = || {
        steps::run(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(folder),
        )
    };
    if make().is_ok() {
        return Ok(());
    }
    if tools::on_path("apt-get").is_none() || !tools::is_root() {
        bail!("the tests of the endpoints need Python: sudo apt-get install python3-venv");
    }
    steps::run(Command::new("apt-get").args(["update", "--quiet"]))?;
    let install = [
        "install",
        "--yes",
        "--quiet",
        "--no-install-recommends",
        "python3-venv",
    ];
    steps::run(
        Command::new("apt-get")
            .args(install)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    make()
}
