//! The suite of the packages: each is made from the program that the browser
//! stories run, and tried as a host would try it, in namespaces of its own, so
//! that nothing of this machine changes. What a machine cannot do is said, and
//! counts as neither passed nor failed.

mod aarch64;
mod chart;
mod debian;
mod handbook;
mod image;
mod parts;
mod sandbox;
mod signature;
mod unit;

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::relay_build::machine::{self, Machine};
use crate::steps::{self, step};
use crate::test::tally::Tally;
use crate::{args, relay_build, workspace};

/// What a check needs.
struct Given {
    /// The program that is packed.
    relay: PathBuf,
    machine: &'static Machine,
    scratch: PathBuf,
    full: bool,
}

/// How a check ended, if it did not fail.
enum Outcome {
    Passed,
    /// Why it was not run.
    NotRun(String),
}

type Check = fn(&Given) -> Result<Outcome>;

const CHECKS: [(&str, Check); 8] = [
    (
        "the image starts as nobody, on a root that nobody can write to",
        image::starts,
    ),
    (
        "the Debian package comes, is upgraded and goes, and leaves the data",
        debian::comes_and_goes,
    ),
    (
        "the unit is locked in as far as the handbook says",
        unit::is_locked_in,
    ),
    (
        "a unit that is less locked in would be noticed",
        unit::less_is_noticed,
    ),
    (
        "the chart is rendered by Helm and valid to Kubernetes",
        chart::is_valid,
    ),
    ("the list of parts is valid CycloneDX", parts::are_valid),
    (
        "a signature is checked as the handbook says, and a forged file found",
        signature::is_checked,
    ),
    ("the program for aarch64 starts", aarch64::starts),
];

/// Makes the packages and tries them.
pub(super) fn run(options: &args::Test) -> Result<Tally> {
    let Some(machine) = machine::this_one() else {
        steps::say("    not run: there are no packages for this machine");
        return Ok(Tally::default());
    };
    let given = Given {
        relay: relay_build::relay_to_try(relay_build::QUICKLY)?,
        machine,
        scratch: workspace::scratch("packages")?,
        full: options.full,
    };
    let mut tally = Tally::default();
    for (name, check) in CHECKS {
        count(&mut tally, name, step(name, || check(&given)));
    }
    let pages = handbook::pages()?;
    for page in pages.iter().filter(|page| page.is_last(&pages)) {
        let name = format!("what docs/operating/{} says works", page.name());
        count(
            &mut tally,
            &name,
            step(&name, || handbook::follow(page, &pages, &given)),
        );
    }
    if tally.failed == 0 {
        fs::remove_dir_all(&given.scratch).ok();
    }
    Ok(tally)
}

fn count(tally: &mut Tally, name: &str, outcome: Result<Outcome>) {
    match outcome {
        Ok(Outcome::Passed) => tally.passed += 1,
        Ok(Outcome::NotRun(reason)) => steps::say(&format!("    not run: {reason}")),
        Err(error) => {
            steps::say(&format!("    {error:#}"));
            tally.failed += 1;
            tally.failures.push(name.to_owned());
        }
    }
}

/// Whether a program needs nothing of the system: its head names no interpreter.
fn is_static(program: &Path) -> Result<bool> {
    let mut head = [0; 4096];
    let mut file = File::open(program).context("cannot open the program")?;
    file.read_exact(&mut head)
        .context("cannot read the program")?;
    let interpreter = b"/lib";
    Ok(
        head.starts_with(b"\x7fELF")
            && !head.windows(interpreter.len()).any(|at| at == interpreter),
    )
}
