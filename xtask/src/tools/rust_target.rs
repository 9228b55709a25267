//! The halves of the Rust standard library for other machines than this one.
//! Rust itself is not installed from here: whoever runs this has it.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{steps, tools, workspace};

/// Makes sure that Rust can build for the browser.
pub(crate) fn wasm_target() -> Result<()> {
    rust_target("wasm32-unknown-unknown")
}

/// Makes sure that Rust can build for this target.
pub(crate) fn rust_target(target: &str) -> Result<()> {
    if is_installed(target)? {
        return Ok(());
    }
    if tools::on_path("rustup").is_none() {
        bail!(
            "Rust cannot build for {target} here; install your system's package for it, or rustup"
        );
    }
    steps::run(
        Command::new("rustup")
            .args(["target", "add", target])
            .current_dir(workspace::root()),
    )
}

fn is_installed(target: &str) -> Result<bool> {
    let folder = steps::read(
        Command::new("rustc")
            .args(["--print", "target-libdir", "--target", target])
            .current_dir(workspace::root()),
    )?;
    Ok(Path::new(folder.trim()).is_dir())
}
