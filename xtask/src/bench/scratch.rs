//! A folder for one measurement, gone afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace;

/// Removed when dropped.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// An empty folder beside the build, so that it is on a real disk and not
    /// in memory as `/tmp` may be.
    pub(super) fn new(name: &str) -> Result<Self> {
        let folder = workspace::target()
            .join("bench")
            .join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self(folder))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind is below `target/`, and cargo clean takes it.
        fs::remove_dir_all(&self.0).ok();
    }
}
