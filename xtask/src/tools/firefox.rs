//! The second browser for the tests of calls: the Firefox that the system has. On Debian, and as root, it is installed
//! when it is missing; nobody else's system is changed.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::tools;

/// The browser program: `PARLEY_FIREFOX`, else the first that is found.
pub(crate) fn firefox() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os("PARLEY_FIREFOX") {
        let chosen = PathBuf::from(chosen);
        if !chosen.is_file() {
            bail!(
                "PARLEY_FIREFOX names {}, which is not there",
                chosen.display()
            );
        }
        return Ok(chosen);
    }
    let mut names = ["firefox-esr", "firefox"].iter();
    if let Some(found) = names.find_map(|name| tools::on_path(name)) {
        return Ok(found);
    }
    if let Ok(installed) = tools::debian("firefox-esr", "firefox-esr") {
        return Ok(installed);
    }
    bail!(
        "the browser tests need Firefox beside Chromium: sudo apt-get install firefox-esr, \
         or set PARLEY_FIREFOX to its program"
    )
}
