//! `wasm-opt`, which makes the app smaller, and `wasm-merge`, which makes one
//! module of several. They come from npm, because that one package runs
//! everywhere.

use std::path::PathBuf;

use anyhow::Result;

use crate::tools;

const VERSION: &str = "132.0.0";

/// The `wasm-opt` program.
pub(crate) fn wasm_opt() -> Result<PathBuf> {
    program("wasm-opt")
}

/// The `wasm-merge` program.
pub(crate) fn wasm_merge() -> Result<PathBuf> {
    program("wasm-merge")
}

fn program(program: &str) -> Result<PathBuf> {
    let name = format!("binaryen-{VERSION}");
    let package = format!("binaryen@{VERSION}");
    let folder = tools::npm_folder(&name, &[&package])?;
    Ok(folder.join("node_modules").join(".bin").join(program))
}
