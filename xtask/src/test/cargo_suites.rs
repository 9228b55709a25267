//! The suites that cargo runs: unit tests, endpoint tests, the simulation and
//! the examples in the documentation.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use crate::steps::{self, step};
use crate::test::tally::{self, Tally};
use crate::{args, compress, tools, workspace};

const MOTO: &str = "moto-5.2.5";

/// One call of cargo.
pub(super) struct Suite {
    pub name: &'static str,
    what: What,
}

enum What {
    Tests(&'static [&'static str]),
    Examples,
}

/// The suites there are, in the order they run.
pub(super) fn all() -> Vec<Suite> {
    let mut suites = vec![
        Suite {
            name: "Rust tests",
            what: What::Tests(&["--workspace", "--exclude", "parley-app"]),
        },
        Suite {
            name: "documentation examples",
            what: What::Examples,
        },
    ];
    if app_has_tests() {
        suites.insert(
            1,
            Suite {
                name: "app tests",
                what: What::Tests(&["--package", "parley-app"]),
            },
        );
    }
    suites
}

/// Runs one suite to its end, whatever fails on the way.
pub(super) fn run(suite: &Suite, options: &args::Test) -> Result<Tally> {
    step(suite.name, || match suite.what {
        What::Tests(packages) if tools::cargo_nextest() => {
            let words = [
                "nextest",
                "run",
                "--locked",
                "--no-fail-fast",
                "--no-tests=pass",
            ];
            let neighbours = tools::neighbours();
            let heard = steps::listen(with_options(
                workspace::cargo()
                    .args(words)
                    .args(packages)
                    .envs(neighbours),
                options,
            ))?;
            let Some(tally) = tally::from_nextest(&heard.lines) else {
                bail!("the tests could not be built or started");
            };
            Ok(tally.believed_only_if(heard.success))
        }
        What::Tests(packages) => cargo_test(&[packages, &["--all-targets"]].concat(), options),
        What::Examples => cargo_test(
            &["--workspace", "--exclude", "parley-app", "--doc"],
            options,
        ),
    })
}

fn cargo_test(words: &[&str], options: &args::Test) -> Result<Tally> {
    let heard = steps::listen(with_options(
        workspace::cargo()
            .args(["test", "--locked", "--no-fail-fast"])
            .args(words),
        options,
    ))?;
    Ok(tally::from_cargo_test(&heard.lines).believed_only_if(heard.success))
}

/// Tests read these from the environment.
fn with_options<'a>(command: &'a mut Command, options: &args::Test) -> &'a mut Command {
    if let Some(seeds) = options.seeds {
        command.env("PARLEY_SIM_SEEDS", seeds.to_string());
    }
    if options.full {
        command.env("PARLEY_FULL", "1");
    }
    // A bucket to keep backups in.
    match tools::python_folder(MOTO, &["moto[server]==5.2.5"]) {
        Ok(folder) => {
            command.env("PARLEY_MOTO", folder);
        }
        Err(error) => steps::say(&format!("    no bucket to test with: {error:#}")),
    }
    command
}

/// Building the app for this machine takes a while: only for tests.
fn app_has_tests() -> bool {
    compress::files(&workspace::root().join("app").join("src")).is_ok_and(|files| {
        files
            .iter()
            .filter_map(|file| fs::read_to_string(file).ok())
            .any(|text| text.contains("#[test]"))
    })
}
