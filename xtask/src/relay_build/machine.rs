//! The kinds of machines that there are programs for, by the names that Rust,
//! Debian and containers have for them.

use std::env;

use anyhow::{Context, Result};

/// A kind of machine that runs Linux.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Machine {
    /// As the kernel calls it.
    pub name: &'static str,
    /// The target that Rust builds for.
    pub target: &'static str,
    pub debian: &'static str,
    pub container: &'static str,
}

pub(crate) const MACHINES: [Machine; 2] = [
    Machine {
        name: "x86_64",
        target: "x86_64-unknown-linux-musl",
        debian: "amd64",
        container: "amd64",
    },
    Machine {
        name: "aarch64",
        target: "aarch64-unknown-linux-musl",
        debian: "arm64",
        container: "arm64",
    },
];

impl Machine {
    /// Whether its programs run here.
    pub(crate) fn is_this_one(&self) -> bool {
        env::consts::OS == "linux" && env::consts::ARCH == self.name
    }
}

/// The machine of that name.
pub(crate) fn named(name: &str) -> Result<&'static Machine> {
    let mut all = MACHINES.iter();
    all.find(|machine| machine.name == name)
        .with_context(|| format!("there are programs for x86_64 and aarch64, not for {name}"))
}

/// The machine that this is, if there is a program for it.
pub(crate) fn this_one() -> Option<&'static Machine> {
    MACHINES.iter().find(|machine| machine.is_this_one())
}
