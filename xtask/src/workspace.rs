//! Where things are in the repository, and cargo itself. Nothing is built
//! from here.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The folder of crates.io below that of cargo, the same on every machine.
const CRATES: &str = "registry/src/index.crates.io-1949cf8c6b5b557f";

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    let own = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().map_or(own.clone(), Path::to_path_buf)
}

/// Cargo's output folder.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |set| root().join(set))
}

/// The built app: the relay takes it from here when it is compiled.
pub(crate) fn built_app() -> PathBuf {
    root().join("target").join("app")
}

/// The relay program that cargo builds for this system.
pub(crate) fn built_relay(profile: &str) -> PathBuf {
    let name = format!("parley-relay{}", env::consts::EXE_SUFFIX);
    target().join(profile).join(name)
}

/// An empty folder for the work of one step, to be removed after it.
pub(crate) fn scratch(name: &str) -> Result<PathBuf> {
    let folder = target().join("scratch").join(name);
    let context = || format!("cannot make {}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(context)?;
    }
    fs::create_dir_all(&folder).with_context(context)?;
    Ok(folder)
}

/// Folders that differ from machine to machine, each with the name that it has in what is built. The last one that fits
/// counts.
pub(crate) fn renamed_paths() -> [(String, &'static str); 3] {
    let cargo = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .unwrap_or_default();
    let name = |path: PathBuf| path.display().to_string();
    [
        (name(root()), "parley"),
        (name(cargo.clone()), "cargo"),
        (name(cargo.join(CRATES)), "crates"),
    ]
}

/// The cargo that started this program, working in the repository.
pub(crate) fn cargo() -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}
