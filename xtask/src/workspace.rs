//! Where things are in the repository, and cargo itself. Nothing is built or
//! written from here.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// The relay program of the release build.
pub(crate) fn release_relay() -> PathBuf {
    let name = format!("parley-relay{}", env::consts::EXE_SUFFIX);
    target().join("release").join(name)
}

/// The cargo that started this program, working in the repository.
pub(crate) fn cargo() -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}
