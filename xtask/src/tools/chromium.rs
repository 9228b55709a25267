//! The browser for the tests: the one the system has. On Debian, and as root,
//! it is installed when it is missing; nobody else's system is changed.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::tools;

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The browser program: `PARLEY_CHROMIUM`, else the first that is found.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os("PARLEY_CHROMIUM") {
        let chosen = PathBuf::from(chosen);
        if !chosen.is_file() {
            bail!(
                "PARLEY_CHROMIUM names {}, which is not there",
                chosen.display()
            );
        }
        return Ok(chosen);
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    if let Ok(installed) = tools::debian("chromium", "chromium") {
        return Ok(installed);
    }
    bail!(
        "the browser tests need Chromium: sudo apt-get install chromium, \
         or set PARLEY_CHROMIUM to the program of a Chromium or Chrome"
    )
}

fn find() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| tools::on_path(name))
}
