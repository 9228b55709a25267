//! The layering check: which crate may use which, which folder of the app may
//! name which, that nothing goes round in a circle, and how a file looks from
//! outside. Clippy cannot see these.

mod app_folders;
mod circles;
mod crates;
mod file_shape;
mod modules;
mod names;
mod paths;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{compress, steps, workspace};

/// One thing that is wrong, as a line to read.
type Finding = String;

/// Folders that hold Rust source of this repository.
const CRATES: [&str; 8] = [
    "app", "client", "denoise", "fuzz", "load", "protocol", "relay", "xtask",
];

/// Checks the whole repository.
pub(crate) fn check() -> Result<()> {
    let root = workspace::root();
    let mut findings = crates::check()?;
    for name in CRATES {
        let sources = sources(&root, name)?;
        for (path, text) in &sources {
            findings.extend(file_shape::check(path, text));
            findings.extend(app_folders::check(path, text));
            if let Some(warning) = file_shape::warn(path, text) {
                steps::say(&format!("    warning: {warning}"));
            }
        }
        if circles::CRATES.contains(&name) {
            let sources = sources.iter();
            let sources = sources.map(|(path, text)| (path.as_str(), text.as_str()));
            findings.extend(circles::check(name, sources));
        }
    }
    for finding in &findings {
        steps::say(&format!("    {finding}"));
    }
    if findings.is_empty() {
        return Ok(());
    }
    bail!("{} findings", findings.len())
}

/// The Rust source below a folder: each file's path in the repository, and its text.
fn sources(root: &Path, folder: &str) -> Result<Vec<(String, String)>> {
    let folder = root.join(folder);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut sources = Vec::new();
    for file in compress::files(&folder)? {
        let path = file.strip_prefix(root).unwrap_or(&file);
        let is_source = path.extension().is_some_and(|end| end == "rs")
            && !path.components().any(|part| part.as_os_str() == "target");
        if is_source {
            let path = path.to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {path}"))?;
            sources.push((path, text));
        }
    }
    Ok(sources)
}
