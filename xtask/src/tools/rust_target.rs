//! The wasm32 half of the Rust standard library. Rust itself is not installed
//! from here: whoever runs this has it.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{steps, tools, workspace};

const TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that Rust can build for the browser.
pub(crate) fn wasm_target() -> Result<()> {
    if is_installed()? {
        return Ok(());
    }
    if tools::on_path("rustup").is_none() {
        bail!(
            "Rust cannot build for {TARGET} here; install your system's package for it, or rustup"
        );
    }
    steps::run(
        Command::new("rustup")
            .args(["target", "add", TARGET])
            .current_dir(workspace::root()),
    )
}

fn is_installed() -> Result<bool> {
    let folder = steps::read(
        Command::new("rustc")
            .args(["--print", "target-libdir", "--target", TARGET])
            .current_dir(workspace::root()),
    )?;
    Ok(Path::new(folder.trim()).is_dir())
}
