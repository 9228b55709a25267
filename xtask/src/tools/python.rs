//! Folders of Python packages, each a virtual environment of its own. Python
//! itself is the system's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{steps, tools};

const SCHEMATHESIS: &str = "schemathesis==4.32.5";

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
    make(&folder)?;
    steps::run(
        Command::new(programs.join("python"))
            .args(["-m", "pip", "install", "--quiet"])
            .arg("--disable-pip-version-check")
            .args(packages),
    )?;
    fs::write(&stamp, &wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(programs)
}

/// The program that tries an HTTP interface against its description.
pub(crate) fn schemathesis() -> Result<PathBuf> {
    let programs = python_folder("schemathesis", &[SCHEMATHESIS])?;
    Ok(programs.join("schemathesis"))
}

/// Debian has what makes such a folder in a package of its own.
fn make(folder: &Path) -> Result<()> {
    let python = tools::debian("python3", "python3-venv")?;
    let environment = || {
        let mut command = Command::new(&python);
        steps::run(command.args(["-m", "venv", "--clear"]).arg(folder))
    };
    if environment().is_ok() {
        return Ok(());
    }
    if tools::on_path("apt-get").is_none() || !tools::is_root() {
        bail!("Python cannot make an environment: sudo apt-get install python3-venv");
    }
    tools::install("python3-venv")?;
    environment()
}
