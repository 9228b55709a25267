//! Programs that come from Debian. On Debian, and as root, they are installed
//! when they are missing; nobody else's system is changed.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{steps, tools};

/// The full path of a program, which this Debian package brings when it is missing.
pub(crate) fn debian(program: &str, package: &str) -> Result<PathBuf> {
    if let Some(found) = tools::on_path(program) {
        return Ok(found);
    }
    if tools::on_path("apt-get").is_some() && is_root() {
        install(package)?;
        if let Some(found) = tools::on_path(program) {
            return Ok(found);
        }
    }
    bail!("{program} is missing: sudo apt-get install {package}")
}

/// Whether this process may do everything.
pub(crate) fn is_root() -> bool {
    steps::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Installs a package, for whoever may.
pub(crate) fn install(package: &str) -> Result<()> {
    steps::run(Command::new("apt-get").args(["update", "--quiet"]))?;
    steps::run(
        Command::new("apt-get")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .arg(package)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}
