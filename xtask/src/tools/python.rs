//! Folders of Python packages, each a virtual environment of its own. Python
//! itself is the system's.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{steps, tools};

/// Installs these packages, each `name==version`, once. Returns the folder of
/// their programs, `python` among them.
pub(crate) fn python_folder(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = tools::folder()?.join(name);
    let programs = folder.join("bin");
    let wanted = packages.join("\n");
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    let python = tools::debian("python3", "python3-venv")?;
    steps::run(Command::new(python).args(["-m", "venv"]).arg(&folder))
        .context("Python cannot make an environment: sudo apt-get install python3-venv")?;
    steps::run(
        Command::new(programs.join("python"))
            .args(["-m", "pip", "install", "--quiet"])
            .arg("--disable-pip-version-check")
            .args(packages),
    )?;
    fs::write(&stamp, &wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(programs)
}
