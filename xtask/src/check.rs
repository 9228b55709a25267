//! `cargo xtask check`: everything about the code that a machine can judge
//! without running it. All parts run, also after one has failed.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::steps::{self, step};
use crate::{args, first_load, layers, tools, workspace};

type Part = fn() -> Result<()>;

/// What `--only` may name, in the order they run.
const PARTS: [(&str, Part); 6] = [
    ("format", format),
    ("layers", layers::check),
    ("dependencies", dependencies),
    ("lint", lint),
    ("docs", docs),
    ("first-load", first_load::check),
];

/// The crates that also run in the browser.
const IN_BROWSER: [&str; 6] = [
    "--package",
    "parley-app",
    "--package",
    "parley-client",
    "--package",
    "parley-protocol",
];

const FOR_BROWSER: [&str; 2] = ["--target", "wasm32-unknown-unknown"];

/// Runs the parts that the options ask for.
pub(crate) fn run(options: &args::Check) -> Result<ExitCode> {
    if let Some(only) = &options.only
        && !PARTS.iter().any(|(name, _)| name == only)
    {
        let names: Vec<_> = PARTS.iter().map(|(name, _)| *name).collect();
        bail!("there is no part {only}; there are {}", names.join(", "));
    }
    let mut failed = Vec::new();
    for (name, part) in PARTS {
        if options.only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        if let Err(error) = step(name, part) {
            steps::say(&format!("    {error:#}"));
            failed.push(name);
        }
    }
    if failed.is_empty() {
        steps::say("\nall checks passed");
        return Ok(ExitCode::SUCCESS);
    }
    steps::say(&format!("\nfailed: {}", failed.join(", ")));
    Ok(ExitCode::FAILURE)
}

fn format() -> Result<()> {
    steps::run(workspace::cargo().args(["fmt", "--all", "--check"]))
}

fn lint() -> Result<()> {
    let strict = ["--", "--deny", "warnings"];
    steps::run(
        workspace::cargo()
            .args([
                "clippy",
                "--locked",
                "--workspace",
                "--exclude",
                "parley-app",
            ])
            .arg("--all-targets")
            .args(strict),
    )?;
    tools::wasm_target()?;
    steps::run(
        workspace::cargo()
            .args(["clippy", "--locked"])
            .args(FOR_BROWSER)
            .args(IN_BROWSER)
            .args(strict),
    )
}

fn docs() -> Result<()> {
    let words = ["doc", "--locked", "--no-deps"];
    steps::run(strict_docs(&mut workspace::cargo()).args(words).args([
        "--workspace",
        "--exclude",
        "parley-app",
    ]))?;
    tools::wasm_target()?;
    steps::run(
        strict_docs(&mut workspace::cargo())
            .args(words)
            .args(FOR_BROWSER)
            .args(["--package", "parley-app"]),
    )
}

fn strict_docs(command: &mut Command) -> &mut Command {
    command.env("RUSTDOCFLAGS", "--deny warnings")
}

/// Licences, sources and known faults of what Parley depends on.
fn dependencies() -> Result<()> {
    let program = tools::cargo_deny()?;
    let deny = || {
        let mut command = Command::new(&program);
        command.current_dir(workspace::root()).args([
            "--locked",
            "check",
            "--hide-inclusion-graph",
        ]);
        command
    };
    steps::run(deny().args(["licenses", "bans", "sources"]))?;

    let advisories = deny().arg("advisories").output()?;
    if advisories.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&advisories.stderr);
    if said.contains("failed to fetch advisory database") {
        steps::say("    advisories were not checked: their database is out of reach");
        return Ok(());
    }
    bail!("{}", said.trim());
}
