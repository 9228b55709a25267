//! From Rust to WebAssembly that a browser loads piece by piece: cargo compiles
//! the whole program, `wasm-split` cuts it where the app says `chunk!`,
//! `wasm-bindgen` makes the main module's script, `wasm-opt` makes each smaller;
//! `packs` makes one module of the pieces that are wanted together.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::glue::MAIN;
use super::imports::Bound;
use super::{empty, packs};
use crate::{steps, workspace};

/// The programs that the build needs, and what it is for.
pub(super) struct Tools {
    pub aim: Aim,
    pub split: PathBuf,
    pub bindgen: PathBuf,
    pub merge: PathBuf,
    pub opt: PathBuf,
}

impl Tools {
    /// Their paths, which name their versions.
    pub(super) fn versions(&self) -> Vec<String> {
        [&self.split, &self.bindgen, &self.merge, &self.opt]
            .map(|path| path.display().to_string())
            .into_iter()
            .chain([self.aim.profile().to_owned()])
            .collect()
    }
}

/// What the build is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// People: the smallest modules.
    Size,
    /// A developer who waits for it: `PARLEY_QUICK` is set.
    Quick,
}

impl Aim {
    pub(super) fn from_environment() -> Self {
        if env::var_os("PARLEY_QUICK").is_some() {
            Self::Quick
        } else {
            Self::Size
        }
    }

    pub(super) fn profile(self) -> &'static str {
        match self {
            Self::Size => "wasm",
            Self::Quick => "quick",
        }
    }
}

/// What the compiler may use of WebAssembly, and what `wasm-opt` must know.
pub(super) const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What makes the modules smallest. The second `-Oz` works on what the first has made. Nothing lies in the lowest 1024
/// bytes of memory but the end of the stack, which is an overflow before it.
const SMALLER: [&str; 5] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--low-memory-unused",
];

pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the program and returns the folder with its scripts and modules.
pub(super) fn build(tools: &Tools) -> Result<PathBuf> {
    let whole = compile(tools.aim)?;
    let work = workspace::target().join("split");
    let (cut, bound) = (work.join("cut"), work.join("bound"));
    empty(&cut)?;
    empty(&bound)?;
    split(tools, &whole, &cut)?;
    bind(tools, &cut.join(format!("{MAIN}.wasm")), &bound)?;
    let main = bound.join(format!("{MAIN}_bg.wasm"));
    optimise(tools, &main, &main)?;
    shorten(&main, &bound.join(format!("{MAIN}.js")))?;
    packs::build(tools, &cut, &bound)?;
    if tools.aim == Aim::Size {
        names_no_folder(&bound)?;
    }
    Ok(bound)
}

/// What is built is the same on every machine: no module may say where libraries lay. (The program's own files are named
/// from the repository's folder on.)
fn names_no_folder(built: &Path) -> Result<()> {
    let [_, (libraries, _), _] = workspace::renamed_paths();
    for entry in fs::read_dir(built)? {
        let file = entry?.path();
        let bytes = fs::read(&file)?;
        let mut parts = bytes.windows(libraries.len());
        if parts.any(|it| it == libraries.as_bytes()) {
            bail!("{} says that it was built from {libraries}", file.display());
        }
    }
    Ok(())
}

/// The program in one piece, with the relocations and names that cutting needs.
fn compile(aim: Aim) -> Result<PathBuf> {
    let profile = aim.profile();
    let mut cargo = workspace::cargo();
    cargo
        .args(["rustc", "--locked", "--profile", profile])
        .args(["--package", "parley-app", "--bin", "parley-app"])
        .args(["--features", "split", "--target", TARGET])
        .arg("--config")
        .arg(format!("profile.{profile}.strip=\"none\""));
    // Before the word `rustc` this would be forgotten for the line above.
    if aim == Aim::Size {
        cargo.args(["--config", &renamed()]);
    }
    steps::run(cargo.args(["--", "-Clink-arg=--emit-relocs"]))?;
    let folder = workspace::target().join(TARGET);
    Ok(folder.join(profile).join("parley-app.wasm"))
}

/// Beside the flags that the repository sets: the same bytes in every folder.
pub(super) fn renamed() -> String {
    let renamed =
        workspace::renamed_paths().map(|(from, to)| format!("\"--remap-path-prefix={from}={to}\""));
    format!("target.{TARGET}.rustflags=[{}]", renamed.join(","))
}

fn split(tools: &Tools, whole: &Path, into: &Path) -> Result<()> {
    steps::run(Command::new(&tools.split).arg(whole).arg(into).args([
        "--target",
        "web",
        "--out-name",
        MAIN,
    ]))
}

fn bind(tools: &Tools, main: &Path, into: &Path) -> Result<()> {
    steps::run(
        Command::new(&tools.bindgen)
            .arg(main)
            .args(["--target", "web", "--no-typescript", "--keep-lld-exports"])
            .args(["--out-name", MAIN, "--out-dir"])
            .arg(into),
    )
}

/// Gives the imports of a module and its script short names.
fn shorten(module: &Path, script: &Path) -> Result<()> {
    let long = Bound {
        module: fs::read(module).context("there is no main module")?,
        script: fs::read_to_string(script).context("there is no script")?,
    };
    let short = long.shortened()?;
    fs::write(module, short.module).context("cannot write the main module")?;
    fs::write(script, short.script).context("cannot write its script")
}

pub(super) fn optimise(tools: &Tools, from: &Path, to: &Path) -> Result<()> {
    if tools.aim == Aim::Quick {
        if from != to {
            fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
        }
        return Ok(());
    }
    steps::run(
        Command::new(&tools.opt)
            .args(FEATURES)
            .args(SMALLER)
            .args(["--strip-debug", "--strip-producers"])
            .arg(from)
            .arg("-o")
            .arg(to),
    )
}
