//! Brotli copies of the built app's files, and its sizes. Node.js brings the
//! compressor, so nothing has to be compiled for it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{steps, tools};

/// Writes `<file>.br` beside every file that brotli makes smaller.
const SCRIPT: &str = include_str!("compress.mjs");

/// Compresses every file below the folder at the highest setting.
pub(crate) fn folder(folder: &Path) -> Result<()> {
    steps::run(
        tools::node()?
            .args(["--input-type=module", "--eval", SCRIPT, "--"])
            .arg(folder),
    )
}

/// What the files of a folder weigh, in bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Weight {
    pub plain: u64,
    /// As a browser loads them: the brotli copy where there is one.
    pub sent: u64,
}

/// Weighs those files below a folder that `counts` accepts.
pub(crate) fn weigh(folder: &Path, counts: &dyn Fn(&Path) -> bool) -> Result<Weight> {
    let mut weight = Weight::default();
    for file in files(folder)? {
        if file.extension().is_some_and(|end| end == "br") || !counts(&file) {
            continue;
        }
        let plain = size(&file)?;
        let mut compressed = file.clone().into_os_string();
        compressed.push(".br");
        weight.plain += plain;
        weight.sent += size(Path::new(&compressed)).unwrap_or(plain);
    }
    Ok(weight)
}

/// All files below a folder.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let context = || format!("cannot read {}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(context)? {
        let path = entry.with_context(context)?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn size(file: &Path) -> Result<u64> {
    Ok(fs::metadata(file)
        .with_context(|| format!("cannot look at {}", file.display()))?
        .len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_weighs_what_its_compressed_copy_weighs() {
        let root = std::env::temp_dir().join(format!("compress-{}", std::process::id()));
        fs::create_dir_all(root.join("deep")).unwrap();
        fs::write(root.join("deep/long.css"), "a".repeat(5_000)).unwrap();
        fs::write(root.join("short.txt"), "b").unwrap();
        folder(&root).unwrap();
        let weight = weigh(&root, &|_| true).unwrap();
        assert_eq!(weight.plain, 5_001);
        assert!(weight.sent < 100, "{weight:?}");
        assert!(!root.join("short.txt.br").exists());
        fs::remove_dir_all(root).unwrap();
    }
}
