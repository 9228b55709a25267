//! The relay as one static program: it needs nothing of the system that it is
//! copied to, and is the same bytes wherever it was built from the same source.

use std::path::PathBuf;

use anyhow::Result;

use super::FOR_HOSTS;
use super::machine::Machine;
use crate::steps::{self, step};
use crate::{tools, workspace};

/// The allocator tells when it was compiled (`SOURCE_DATE_EPOCH` does not help: Zig keeps what it compiled before).
const NO_TIME: [&str; 3] = [
    "-Wno-builtin-macro-redefined",
    "-D__DATE__=\"\"",
    "-D__TIME__=\"\"",
];

/// Builds the relay with the app that lies in `target/app`.
pub(crate) fn build(machine: &Machine) -> Result<PathBuf> {
    let target = machine.target;
    step(&format!("Rust for {target}"), || tools::rust_target(target))?;
    let mut cargo = step("Zig", tools::zigbuild)?;
    let variable = |prefix: &str, suffix: &str| {
        let target = target.to_uppercase().replace('-', "_");
        format!("{prefix}{target}{suffix}")
    };
    let renamed = workspace::renamed_paths();
    let of_rust = renamed
        .each_ref()
        .map(|(from, to)| format!("--remap-path-prefix={from}={to}"));
    let of_c = renamed
        .iter()
        .map(|(from, to)| format!("-ffile-prefix-map={from}={to}"))
        .chain(NO_TIME.map(str::to_owned))
        .collect::<Vec<_>>();
    step(&format!("build the relay for {}", machine.name), || {
        steps::run(
            cargo
                .args(["--locked", "--profile", FOR_HOSTS])
                .args(["--package", "parley-relay", "--target", target])
                .env(variable("CARGO_TARGET_", "_RUSTFLAGS"), of_rust.join(" "))
                .env(
                    format!("CFLAGS_{}", target.replace('-', "_")),
                    of_c.join(" "),
                )
                .env("CARGO_INCREMENTAL", "0")
                .env_remove("RUSTFLAGS"),
        )
    })?;
    Ok(workspace::target()
        .join(target)
        .join(FOR_HOSTS)
        .join("parley-relay"))
}
