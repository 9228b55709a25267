//! The browser stories: Playwright, in the system's Chromium and for calls in its Firefox too, against the same
//! program that a host runs. The stories themselves are in `playwright/`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::steps::{self, step};
use crate::test::tally::{self, Tally};
use crate::{args, fingerprint, relay_build, tools, workspace};

/// Builds the relay, gets what Playwright needs, and runs the stories.
pub(super) fn run(options: &args::Test) -> Result<Tally> {
    let relay = relay_build::relay_to_try(relay_build::QUICKLY)?;
    let chromium = step("Chromium", tools::chromium)?;
    let firefox = step("Firefox", tools::firefox)?;
    let folder = workspace::root().join("playwright");
    step("packages for the browser tests", || {
        install_packages(&folder)
    })?;

    // The report of an earlier run must never be counted for this one.
    let report = folder.join("report").join("results.json");
    if report.exists() {
        fs::remove_file(&report).context("cannot remove the last report")?;
    }
    step("browser stories", || {
        let mut command = tools::node()?;
        command
            .args(["node_modules/@playwright/test/cli.js", "test"])
            .current_dir(&folder)
            .env("PARLEY_RELAY", &relay)
            .env("PARLEY_CHROMIUM", &chromium)
            .env("PARLEY_FIREFOX", &firefox);
        if let Some(words) = &options.grep {
            command.args(["--grep", words]);
        }
        if options.full {
            command.env("PARLEY_FULL", "1");
        }
        let heard = steps::listen(&mut command)?;
        let text = fs::read_to_string(&report).context("Playwright left no report")?;
        Ok(tally::from_playwright(&text)?.believed_only_if(heard.success))
    })
}

/// `npm ci`, when the lock file is not the one that was installed from.
pub(crate) fn install_packages(folder: &Path) -> Result<()> {
    let stamp = folder.join("node_modules").join(".parley-installed");
    let now = fingerprint::of(folder, &["package.json", "package-lock.json"], &[])?;
    if fs::read_to_string(&stamp).is_ok_and(|before| before == now) {
        return Ok(());
    }
    steps::run(tools::npm()?.arg("ci").current_dir(folder))?;
    fs::write(&stamp, now).with_context(|| format!("cannot write {}", stamp.display()))
}
