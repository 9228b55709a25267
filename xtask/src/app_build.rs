//! The build that `serve`, `dist`, `test` and `bench` share: the tools, the
//! app, its compressed copies, and the relay with the app inside.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::steps::{self, step};
use crate::{compress, fingerprint, tools, workspace};

/// Everything that the built app is made from.
const INPUTS: [&str; 11] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "app",
    "client",
    "index.html",
    "protocol",
    "public",
    "rust-toolchain.toml",
    "style",
];

/// Builds the relay with the app inside, and returns the program.
pub(crate) fn relay_with_app() -> Result<PathBuf> {
    app()?;
    step("build the relay", || {
        steps::run(workspace::cargo().args([
            "build",
            "--locked",
            "--release",
            "--package",
            "parley-relay",
        ]))
    })?;
    Ok(workspace::release_relay())
}

/// The relay to test or measure: `PARLEY_RELAY`, else the one built here.
pub(crate) fn relay_to_try() -> Result<PathBuf> {
    let Some(chosen) = env::var_os("PARLEY_RELAY").map(PathBuf::from) else {
        return relay_with_app();
    };
    if !chosen.is_file() {
        bail!(
            "PARLEY_RELAY names {}, which is not there",
            chosen.display()
        );
    }
    steps::say(&format!("--> the relay is {}", chosen.display()));
    fs::canonicalize(&chosen).with_context(|| format!("cannot find {}", chosen.display()))
}

/// Builds the app into `target/app`, unless nothing has changed since.
pub(crate) fn app() -> Result<()> {
    step("Rust for the browser", tools::wasm_target)?;
    let trunk = step("trunk", tools::trunk)?;
    let wasm_bindgen = step("wasm-bindgen", tools::wasm_bindgen)?;
    let binaryen = step("wasm-opt", tools::binaryen)?;

    let root = workspace::root();
    let built = workspace::built_app();
    let stamp = built.with_extension("fingerprint");
    let versions = [&trunk, &wasm_bindgen, &binaryen].map(|path| path.display().to_string());
    let now = fingerprint::of(&root, &INPUTS, &versions)?;
    if built.join("index.html").is_file()
        && fs::read_to_string(&stamp).is_ok_and(|before| before == now)
    {
        steps::say("--> build the app\n    unchanged: nothing to do");
        return Ok(());
    }
    fs::remove_file(&stamp).ok();
    // Beside its place until it is whole: the relay takes in what lies there.
    let fresh = built.with_extension("new");
    empty(&fresh)?;

    let path = tools::path_with(&[trunk.clone(), wasm_bindgen, binaryen])?;
    step("build the app", || {
        let program = trunk.join(format!("trunk{}", env::consts::EXE_SUFFIX));
        steps::run(
            std::process::Command::new(program)
                .args(["build", "--release", "--locked", "--dist"])
                .arg(&fresh)
                .current_dir(&root)
                .env("PATH", path)
                // Trunk takes this for its own option and stumbles over its value.
                .env_remove("NO_COLOR"),
        )
    })?;
    step("compress the app", || compress::folder(&fresh))?;
    empty(&built)?;
    fs::rename(&fresh, &built).with_context(|| format!("cannot make {}", built.display()))?;
    fs::write(&stamp, now).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Makes a folder, or removes all that is in it.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}
