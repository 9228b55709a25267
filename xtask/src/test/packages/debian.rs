//! The Debian package, put on a copy of this system that is thrown away: what
//! it installs, what an upgrade keeps, and what is left when it goes.

use anyhow::Result;

use super::{Given, Outcome, sandbox};
use crate::dist::debian;
use crate::tools;

const SCRIPT: &str = include_str!("debian/comes_and_goes.sh");

/// Installs, upgrades, removes and purges it.
pub(super) fn comes_and_goes(given: &Given) -> Result<Outcome> {
    if tools::on_path("dpkg").is_none() {
        return Ok(Outcome::NotRun("this is not Debian".into()));
    }
    let package = debian::write(given.machine, &given.relay, &given.scratch, "gzip")?;
    sandbox::run(SCRIPT, &[("PACKAGE", &package), ("RELAY", &given.relay)])
}
