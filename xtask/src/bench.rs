//! `cargo xtask bench`: Parley beside its peers in one run, as a table. The
//! rows live below, one per file; this file runs them, prints, and writes.

mod at_rest;
mod backup;
mod budget;
mod durable;
mod example;
mod fan_out;
mod files;
mod first_load;
mod idle;
mod long_channel;
mod long_log;
mod page;
mod process;
mod renderer;
mod scratch;
mod search;
mod servers;
mod sign_in;
mod start;
mod table;
mod turn;
mod vault;
mod voice;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::steps::{self, step};
use crate::{args, relay_build, workspace};
use budget::Line;

/// A row of the table; some give several lines.
struct Row {
    /// For `--only`.
    key: &'static str,
    measure: fn(&Setting) -> Result<Vec<Line>>,
}

/// What every row is handed.
struct Setting {
    /// The relay program, built for release with the app inside.
    relay: PathBuf,
    /// The program that puts the load on it.
    load: PathBuf,
    /// Whether peers may be fetched and installed.
    install_peers: bool,
}

const ROWS: [Row; 16] = [
    Row {
        key: "first-load",
        measure: first_load::measure,
    },
    Row {
        key: "start",
        measure: start::measure,
    },
    Row {
        key: "long-log",
        measure: long_log::measure,
    },
    Row {
        key: "vault",
        measure: vault::measure,
    },
    Row {
        key: "sign-in",
        measure: sign_in::measure,
    },
    Row {
        key: "long-channel",
        measure: long_channel::measure,
    },
    Row {
        key: "search",
        measure: search::measure,
    },
    Row {
        key: "renderer",
        measure: renderer::measure,
    },
    Row {
        key: "voice",
        measure: voice::measure,
    },
    Row {
        key: "idle",
        measure: idle::measure,
    },
    Row {
        key: "durable",
        measure: durable::measure,
    },
    Row {
        key: "fan-out",
        measure: fan_out::measure,
    },
    Row {
        key: "files",
        measure: files::measure,
    },
    Row {
        key: "backup",
        measure: backup::measure,
    },
    Row {
        key: "turn",
        measure: turn::measure,
    },
    Row {
        key: "at-rest",
        measure: at_rest::measure,
    },
];

/// Measures the rows that the options ask for.
pub(crate) fn run(options: &args::Bench) -> Result<ExitCode> {
    let wanted: Vec<&Row> = ROWS
        .iter()
        .filter(|row| options.only.as_deref().is_none_or(|only| only == row.key))
        .collect();
    if wanted.is_empty() {
        let keys: Vec<_> = ROWS.iter().map(|row| row.key).collect();
        bail!("there is no such row; there are {}", keys.join(", "));
    }
    let setting = Setting {
        relay: relay_build::relay_to_try(relay_build::FOR_HOSTS)?,
        load: step("build the load", build_load)?,
        install_peers: options.install_peers,
    };

    let mut lines = Vec::new();
    let mut unmeasured = Vec::new();
    for row in wanted {
        match step(&format!("measure {}", row.key), || (row.measure)(&setting)) {
            Ok(measured) => lines.extend(measured),
            Err(error) => {
                steps::say(&format!("    {error:#}"));
                unmeasured.push(row.key);
            }
        }
    }

    let text = table::text(&lines);
    steps::say(&format!("\n{text}"));
    if options.write {
        page::write(
            &workspace::root().join("docs").join("benchmarks.md"),
            &lines,
        )?;
    }
    if !unmeasured.is_empty() {
        bail!("not measured: {}", unmeasured.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

fn build_load() -> Result<PathBuf> {
    let words = [
        "build",
        "--locked",
        "--release",
        "--quiet",
        "--package",
        "parley-load",
    ];
    steps::run(workspace::cargo().args(words))?;
    let name = format!("parley-load{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace::target().join("release").join(name))
}
