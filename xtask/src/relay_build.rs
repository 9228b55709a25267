//! The relay that `serve`, `dist`, `test` and `bench` run, with the app inside.
//!
//! | file | what it makes |
//! |---|---|
//! | `machine` | the kinds of machines that there are static programs for |
//! | `static_relay` | the program, static, the same bytes wherever it is built |

pub(crate) mod machine;
pub(crate) mod static_relay;

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::steps::{self, step};
use crate::{app_build, workspace};

/// How the relay is built that somebody waits for.
pub(crate) const QUICKLY: &str = "release";
/// How the one is built that hosts are given.
pub(crate) const FOR_HOSTS: &str = "dist";

/// Builds the relay with the app inside, and returns the program.
pub(crate) fn relay_with_app(profile: &str) -> Result<PathBuf> {
    app_build::app()?;
    step("build the relay", || {
        steps::run(workspace::cargo().args([
            "build",
            "--locked",
            "--profile",
            profile,
            "--package",
            "parley-relay",
        ]))
    })?;
    Ok(workspace::built_relay(profile))
}

/// The relay to test or measure: `PARLEY_RELAY`, else one for this system. The static one, which hosts are given, takes
/// a compiler that a test machine need not have; `dist` and the long run of the packages build it.
pub(crate) fn relay_to_try(profile: &str) -> Result<PathBuf> {
    let Some(chosen) = env::var_os("PARLEY_RELAY").map(PathBuf::from) else {
        return relay_with_app(profile);
    };
    if !chosen.is_file() {
        bail!(
            "PARLEY_RELAY names {}, which is not there",
            chosen.display()
        );
    }
    steps::say(&format!("--> the relay is {}", chosen.display()));
    fs::canonicalize(&chosen).with_context(|| format!("cannot find {}", chosen.display()))
}
