//! The build of the app: the tools, the app, and its compressed copies.
//!
//! | file | what it does |
//! |---|---|
//! | `program` | from Rust to a main module and its chunks |
//! | `imports` | short names between the main module and its script |
//! | `packs` | pieces that are always loaded together become one file |
//! | `bytes` | reading a module |
//! | `denoise` | the program that takes noise out of a microphone |
//! | `limits` | how large a module's memory and table are |
//! | `glue` | which chunk needs which files |
//! | `shorten` | styles and scripts without comments |
//! | `page` | `index.html` and what it names, under names that change with their content |

mod bytes;
mod denoise;
mod glue;
mod imports;
mod limits;
mod packs;
mod page;
mod program;
mod shorten;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::steps::{self, step};
use crate::{compress, fingerprint, tools, workspace};

pub(crate) use page::BuiltPage;

/// Everything that the built app is made from.
const INPUTS: [&str; 11] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "app",
    "client",
    "denoise",
    "protocol",
    "public",
    "rust-toolchain.toml",
    "style",
    "xtask/src/app_build",
];

/// Builds the app into `target/app`, unless nothing has changed since.
pub(crate) fn app() -> Result<()> {
    step("Rust for the browser", tools::wasm_target)?;
    let tools = program::Tools {
        aim: program::Aim::from_environment(),
        split: step("wasm-split", tools::wasm_split)?,
        bindgen: step("wasm-bindgen", tools::wasm_bindgen)?,
        merge: step("wasm-merge", tools::wasm_merge)?,
        opt: step("wasm-opt", tools::wasm_opt)?,
    };
    let built = workspace::built_app();
    let stamp = built.with_extension("fingerprint");
    let now = fingerprint::of(&workspace::root(), &INPUTS, &tools.versions())?;
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
    let program = step("build the app", || program::build(&tools))?;
    step("put the page together", || page::build(&program, &fresh))?;
    step("build what takes noise out", || {
        denoise::build(&tools, &fresh)
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
