//! `cargo xtask test`: every suite, one after the other, and one last line
//! that counts what passed and what failed over all of them. A suite that
//! could not start counts as one failure.

mod api_suite;
mod browser_suite;
mod cargo_suites;
mod packages;
mod tally;

use std::process::ExitCode;

use anyhow::Result;

use crate::args::{self, Suites};
use crate::steps;
pub(crate) use browser_suite::install_packages;
use tally::Tally;

/// Runs the suites that the options ask for.
pub(crate) fn run(options: &args::Test) -> ExitCode {
    let mut total = Tally::default();
    let mut failed_suites = Vec::new();
    let mut count = |name: &str, outcome: Result<Tally>| {
        let tally = outcome.unwrap_or_else(|error| {
            steps::say(&format!("    {name}: {error:#}"));
            Tally::could_not_run()
        });
        steps::say(&format!("    {name}: {tally}"));
        if tally.failed > 0 {
            let names = tally.failures.iter().map(|test| format!("\n    {test}"));
            failed_suites.push(name.to_owned() + &names.collect::<String>());
        }
        total.add(tally);
    };

    let runs = |suite| options.only.is_none_or(|only| only == suite);
    if runs(Suites::Rust) {
        for suite in cargo_suites::all() {
            let name = suite.name;
            count(name, cargo_suites::run(&suite, options));
        }
    }
    if runs(Suites::Api) {
        count("endpoints", api_suite::run(options));
    }
    if runs(Suites::Browser) {
        count("browser stories", browser_suite::run(options));
    }
    if runs(Suites::Packages) {
        count("packages", packages::run(options));
    }

    if !failed_suites.is_empty() {
        steps::say(&format!(
            "\nnot all well in: {}",
            failed_suites.join("\n  ")
        ));
    }
    steps::say(&total.to_string());
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
