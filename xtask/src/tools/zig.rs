//! `cargo zigbuild`, which builds for Linux machines of other kinds with Zig's
//! C compiler and linker: one tool for every target, at one version on every
//! machine. It comes from `PyPI`, because that needs nothing built.

use std::env;

use std::process::Command;

use anyhow::{Context, Result};

use crate::{tools, workspace};

const ZIG: &str = "0.15.2";
const ZIGBUILD: &str = "0.24.1";

/// A `cargo zigbuild` that works in the repository.
pub(crate) fn zigbuild() -> Result<Command> {
    let (zig, zigbuild) = (
        format!("ziglang=={ZIG}"),
        format!("cargo-zigbuild=={ZIGBUILD}"),
    );
    let name = format!("zigbuild-{ZIGBUILD}-{ZIG}");
    let programs = tools::python_folder(&name, &[&zig, &zigbuild])?;
    let before = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(
        [programs.clone()]
            .into_iter()
            .chain(env::split_paths(&before)),
    )
    .context("PATH cannot be extended")?;
    let mut command = Command::new(programs.join("cargo-zigbuild"));
    command
        .arg("zigbuild")
        .current_dir(workspace::root())
        .env("PATH", path);
    Ok(command)
}
