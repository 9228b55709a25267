//! Node.js with npm, and folders of npm packages. Node itself is not installed
//! from here: there are too many good ways to have it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{steps, tools};

/// The oldest Node.js that everything here runs on.
const OLDEST: u32 = 20;

/// A command that runs Node.js.
pub(crate) fn node() -> Result<Command> {
    let hint = "install Node.js 20 or newer: apt-get install nodejs npm, or https://nodejs.org";
    let Some(program) = tools::on_path("node") else {
        bail!("Node.js is missing; {hint}");
    };
    let version = steps::read(Command::new(&program).arg("--version"))?;
    let major: u32 = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .unwrap_or_default()
        .parse()
        .with_context(|| format!("Node.js gave a version that cannot be read: {version}"))?;
    if major < OLDEST {
        bail!("Node.js {major} is too old; {hint}");
    }
    Ok(Command::new(program))
}

/// A command that runs npm without asking or advertising.
pub(crate) fn npm() -> Result<Command> {
    node()?;
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = Command::new(name);
    command.env("npm_config_audit", "false");
    command.env("npm_config_fund", "false");
    command.env("npm_config_update_notifier", "false");
    command.env("npm_config_loglevel", "error");
    Ok(command)
}

/// Installs these packages, each `name@version`, into a tools folder of their
/// own, once. Returns that folder.
pub(crate) fn npm_folder(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = tools::folder()?.join(name);
    let wanted = packages.join("\n");
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let options = ["install", "--no-save", "--omit=dev", "--prefix"].map(OsStr::new);
    steps::run(npm()?.args(options).arg(&folder).args(packages))?;
    write_stamp(&stamp, &wanted)?;
    Ok(folder)
}

fn write_stamp(stamp: &Path, text: &str) -> Result<()> {
    fs::write(stamp, text).with_context(|| format!("cannot write {}", stamp.display()))
}
