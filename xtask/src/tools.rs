//! The programs that building and testing need, each at one pinned version,
//! in a folder of the user that all clones share. Nothing is installed
//! system-wide from here but what Debian has, and that only for root on Debian.

mod binaryen;
mod cargo_install;
mod chromium;
mod debian;
mod firefox;
mod neighbours;
mod node;
mod python;
mod rust_target;
mod zig;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub(crate) use binaryen::{wasm_merge, wasm_opt};
pub(crate) use cargo_install::{cargo_deny, cargo_nextest, wasm_bindgen, wasm_split};
pub(crate) use chromium::chromium;
pub(crate) use debian::{debian, install, is_root};
pub(crate) use firefox::firefox;
pub(crate) use neighbours::neighbours;
pub(crate) use node::{node, npm, npm_folder};
pub(crate) use python::{python_folder, schemathesis};
pub(crate) use rust_target::{rust_target, wasm_target};
pub(crate) use zig::zigbuild;

/// Where the tools are kept: `PARLEY_TOOLS`, else the user's cache folder.
pub(crate) fn folder() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os("PARLEY_TOOLS") {
        return Ok(PathBuf::from(chosen));
    }
    if let Some(cache) = env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()) {
        return Ok(PathBuf::from(cache).join("parley").join("tools"));
    }
    let home = env::home_dir().context("no home folder is known; set PARLEY_TOOLS to a folder")?;
    Ok(home.join(".cache").join("parley").join("tools"))
}

/// The full path of a program that is on `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| is_program(path))
}

/// Whether there is a file at this path.
fn is_program(path: &Path) -> bool {
    path.is_file()
}
