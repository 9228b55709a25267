//! The proof that the program can be built again: the same source in another
//! folder, with nothing of the first build at hand, gives the same bytes.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::template;
use crate::relay_build::{FOR_HOSTS, machine, static_relay};
use crate::steps::{self, step};
use crate::{app_build, compress, workspace};

/// Builds here and elsewhere, and compares the app and the program.
pub(super) fn check() -> Result<()> {
    let machine = machine::this_one().context("there is no static program for this machine")?;
    app_build::app()?;
    static_relay::build(machine)?;
    let elsewhere = env::temp_dir().join(format!("parley-built-again-{}", std::process::id()));
    step("copy the source", || copy_source(&elsewhere))?;
    let outcome = step("build it there", || {
        steps::run(
            Command::new(env::current_exe().context("this program has no path")?)
                .args(["dist", "--machine", machine.name, "--only-program"])
                .env("CARGO_MANIFEST_DIR", elsewhere.join("xtask"))
                .env_remove("CARGO_TARGET_DIR")
                .current_dir(&elsewhere),
        )
    })
    .and_then(|()| compare(&elsewhere, machine.target));
    fs::remove_dir_all(&elsewhere).context("cannot tidy up")?;
    outcome
}

fn compare(elsewhere: &Path, target: &str) -> Result<()> {
    let program = PathBuf::from(target).join(FOR_HOSTS).join("parley-relay");
    let mut different = differences(&workspace::built_app(), &elsewhere.join("target/app"))?;
    if fs::read(workspace::target().join(&program))?
        != fs::read(elsewhere.join("target").join(&program))?
    {
        different.push(program);
    }
    if different.is_empty() {
        steps::say("the app and the program are the same bytes, built in two folders");
        return Ok(());
    }
    bail!("built in another folder, these differ: {different:?}")
}

/// The files that one of two folders lacks or has otherwise.
fn differences(one: &Path, other: &Path) -> Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for folder in [one, other] {
        for file in compress::files(folder)? {
            names.push(
                file.strip_prefix(folder)
                    .context("a file is elsewhere")?
                    .to_owned(),
            );
        }
    }
    names.sort();
    names.dedup();
    let same = |name: &PathBuf| {
        let (first, second) = (fs::read(one.join(name)), fs::read(other.join(name)));
        matches!((first, second), (Ok(first), Ok(second)) if first == second)
    };
    names.retain(|name| !same(name));
    Ok(names)
}

/// Copies every file that belongs to the repository.
fn copy_source(into: &Path) -> Result<()> {
    let root = workspace::root();
    let listed = steps::read(
        Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(&root),
    )?;
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        // What is deleted and not yet committed is listed all the same.
        if root.join(name).is_file() {
            template::copy_file(&root.join(name), &into.join(name))?;
        }
    }
    Ok(())
}
