//! `SHA256SUMS` over everything, and its signature by a key of whoever builds.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::steps;

/// Names the SSH key that signs; without it nothing is signed.
const KEY: &str = "PARLEY_SIGNING_KEY";
/// What a signature is for, so that no signature of the key for something else passes for it.
const NAMESPACE: &str = "parley-dist";

/// Writes the sums of these files, and signs them if the environment names a key. Returns what was written.
pub(super) fn write(files: &[PathBuf], folder: &Path) -> Result<Vec<PathBuf>> {
    write_signed(files, folder, env::var_os(KEY).as_deref())
}

/// The same with this key, or none.
pub(crate) fn write_signed(
    files: &[PathBuf],
    folder: &Path,
    key: Option<&OsStr>,
) -> Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for file in files {
        names.push(file.strip_prefix(folder).context("a file is elsewhere")?);
    }
    let sums = steps::read(
        Command::new("sha256sum")
            .arg("--")
            .args(&names)
            .current_dir(folder),
    )?;
    let file = folder.join("SHA256SUMS");
    fs::write(&file, sums).context("cannot write the checksums")?;
    let signature = folder.join("SHA256SUMS.sig");
    // One from before is not for these sums.
    fs::remove_file(&signature).ok();
    let Some(key) = key else {
        steps::say(&format!(
            "    not signed: {KEY} names no key (ssh-keygen -t ed25519 makes one)"
        ));
        return Ok(vec![file]);
    };
    steps::run(
        Command::new("ssh-keygen")
            .args(["-Y", "sign", "-n", NAMESPACE, "-f"])
            .arg(key)
            .arg(&file),
    )?;
    Ok(vec![file, signature])
}
