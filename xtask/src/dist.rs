//! `cargo xtask dist`: everything that somebody who hosts a community is given,
//! in the folder `dist/`.
//!
//! | file | what it makes |
//! |---|---|
//! | `reproducible` | the proof of that: built again built again in another folder |
//! | `template` | own files with the version filled in |
//! | `archive` | a folder as a `.tar.gz` without times and owners |
//! | `tarball` | the program with its papers |
//! | `debian` | the Debian package |
//! | `container` | the folder that an image is built from |
//! | `chart` | the Helm chart |
//! | `sbom`, `sbom/packages` | what the program is built from, as CycloneDX |
//! | `papers` | handbook, licences and their like |
//! | `checksums` | `SHA256SUMS`, and its signature |
//! | `bundle` | all of it in one file, for a network without internet |

pub(crate) mod archive;
mod bundle;
pub(crate) mod chart;
pub(crate) mod checksums;
pub(crate) mod container;
pub(crate) mod debian;
mod papers;
mod reproducible;
pub(crate) mod sbom;
pub(crate) mod tarball;
mod template;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::relay_build::machine::{self, MACHINES, Machine};
use crate::relay_build::static_relay;
use crate::steps::{self, step};
use crate::{app_build, args, compress, tools, workspace};

/// The version of everything in the repository.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Builds what the options ask for.
pub(crate) fn run(options: &args::Dist) -> Result<ExitCode> {
    if options.check_reproducible {
        reproducible::check()?;
        return Ok(ExitCode::SUCCESS);
    }
    let chosen: Vec<&Machine> = match &options.machine {
        Some(name) => vec![machine::named(name)?],
        None => MACHINES.iter().collect(),
    };
    app_build::app()?;
    let folder = workspace::root().join("dist");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut programs = Vec::new();
    for machine in chosen {
        let built = static_relay::build(machine)?;
        let size = megabytes(file_size(&built)?);
        steps::say(&format!("    {}: {size:.1} MB", machine.name));
        programs.push((machine, built));
    }
    if let Some((_, built)) = programs.iter().find(|(machine, _)| machine.is_this_one()) {
        put(built, &folder.join("parley-relay"))?;
    }
    if !options.only_program {
        packages(&programs, &folder)?;
    }
    say_sizes(&folder)?;
    Ok(ExitCode::SUCCESS)
}

/// Everything around the programs.
fn packages(programs: &[(&Machine, PathBuf)], folder: &Path) -> Result<()> {
    let mut made = vec![step("list what it is built from", || sbom::write(folder))?];
    for (machine, program) in programs {
        made.push(step(&format!("tarball for {}", machine.name), || {
            tarball::write(machine, program, folder)
        })?);
        if tools::on_path("dpkg-deb").is_some() {
            made.push(step(
                &format!("Debian package for {}", machine.debian),
                || debian::write(machine, program, folder, "xz"),
            )?);
        } else {
            steps::say("    no Debian package: dpkg-deb is not here");
        }
    }
    made.push(step("container", || container::write(programs, folder))?);
    made.push(step("Helm chart", || chart::write(folder))?);
    let sums = step("checksums", || checksums::write(&made, folder))?;
    step("offline bundle", || bundle::write(&made, &sums, folder))?;
    Ok(())
}

fn say_sizes(folder: &Path) -> Result<()> {
    let app = compress::weigh(&workspace::built_app(), &|_| true)?;
    steps::say(&format!(
        "\n{}: programs with the app inside ({:.0} KB as sent with brotli, {:.0} KB plain)",
        folder.display(),
        kilobytes(app.sent),
        kilobytes(app.plain),
    ));
    for file in compress::files(folder)? {
        let name = file.strip_prefix(folder).unwrap_or(&file).display();
        let size = megabytes(file_size(&file)?);
        steps::say(&format!("{size:8.2} MB  {name}"));
    }
    Ok(())
}

/// Copies a file beside its place and renames it: a relay that runs from there keeps its own.
fn put(from: &Path, to: &Path) -> Result<()> {
    let fresh = to.with_extension("new");
    fs::copy(from, &fresh).with_context(|| format!("cannot write {}", fresh.display()))?;
    fs::rename(&fresh, to).with_context(|| format!("cannot write {}", to.display()))
}

fn file_size(file: &Path) -> Result<u64> {
    Ok(fs::metadata(file)
        .with_context(|| format!("cannot look at {}", file.display()))?
        .len())
}

/// Bytes as kilobytes of 1000.
#[expect(clippy::cast_precision_loss, reason = "a size to look at")]
pub(crate) fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1e3
}

/// Bytes as megabytes of 1000000.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    kilobytes(bytes) / 1e3
}
