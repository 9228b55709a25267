//! Tools that cargo builds: wasm-bindgen, wasm-split and cargo-deny. They are built
//! without optimisation and debug information, which takes a third of the time;
//! the work they do here is small.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{steps, tools, workspace};

/// Goes with the `wasm_split_helpers` that the app links.
const WASM_SPLIT: &str = "0.2.4";
const CARGO_DENY: &str = "0.20.2";

/// A crate to install, at one version.
struct Crate<'a> {
    name: &'a str,
    version: &'a str,
    /// What it is kept as, and the program it brings.
    keep_as: &'a str,
    program: &'a str,
    options: &'a [&'a str],
}

/// The `wasm-split-cli` program, which cuts the app into chunks.
pub(crate) fn wasm_split() -> Result<PathBuf> {
    let folder = install(&Crate {
        name: "wasm_split_cli_support",
        version: WASM_SPLIT,
        keep_as: "wasm-split",
        program: "wasm-split-cli",
        options: &["--locked", "--features", "build-binary"],
    })?;
    Ok(folder.join("wasm-split-cli"))
}

/// The `wasm-bindgen` program, at the version that the app links.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    let lock = fs::read_to_string(workspace::root().join("Cargo.lock"))
        .context("cannot read Cargo.lock")?;
    let version = locked_version(&lock, "wasm-bindgen")
        .context("Cargo.lock does not name wasm-bindgen; run cargo update --workspace")?;
    let folder = install(&Crate {
        name: "wasm-bindgen-cli",
        version,
        keep_as: "wasm-bindgen",
        program: "wasm-bindgen",
        options: &[],
    })?;
    Ok(folder.join("wasm-bindgen"))
}

/// The `cargo-deny` program, which looks at what comes from outside.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    let folder = install(&Crate {
        name: "cargo-deny",
        version: CARGO_DENY,
        keep_as: "cargo-deny",
        program: "cargo-deny",
        options: &["--locked"],
    })?;
    Ok(folder.join("cargo-deny"))
}

/// Whether `cargo nextest` is there. It is nice to have and slow to build, so
/// it is never installed: plain `cargo test` runs the same tests.
pub(crate) fn cargo_nextest() -> bool {
    tools::on_path("cargo-nextest").is_some()
}

fn install(wanted: &Crate) -> Result<PathBuf> {
    let tools = tools::folder()?;
    let root = tools.join(format!("{}-{}", wanted.keep_as, wanted.version));
    let bin = root.join("bin");
    if bin
        .join(format!("{}{}", wanted.program, env::consts::EXE_SUFFIX))
        .is_file()
    {
        return Ok(bin);
    }
    let build = tools.join(format!("build-{}-{}", wanted.keep_as, std::process::id()));
    steps::say(&format!(
        "    {} {} is built once and kept in {}",
        wanted.name,
        wanted.version,
        root.display()
    ));
    let outcome = steps::run(
        workspace::cargo()
            // Not in the repository: its settings are for Parley, not for tools.
            .current_dir(env::temp_dir())
            .args(["install", "--debug"])
            .arg(format!("{}@{}", wanted.name, wanted.version))
            .args(wanted.options)
            .arg("--root")
            .arg(&root)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_TARGET_DIR", &build)
            .env_remove("RUSTFLAGS"),
    );
    // Only scratch space: what is left behind harms nothing.
    fs::remove_dir_all(&build).ok();
    outcome.map(|()| bin)
}

/// The version of a package in the text of a `Cargo.lock`.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_package_asked_for() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.99\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.99"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }
}
