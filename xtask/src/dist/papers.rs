//! What lies beside the program in every package: the handbook, the licences,
//! what changed.

use std::path::Path;

use anyhow::{Context, Result};

use super::template;
use crate::{compress, workspace};

/// Copies the papers into a folder.
pub(super) fn copy(into: &Path) -> Result<()> {
    let root = workspace::root();
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"] {
        template::copy_file(&root.join(name), &into.join(name))?;
    }
    let handbook = root.join("docs").join("operating");
    for file in compress::files(&handbook)? {
        let name = file
            .strip_prefix(&handbook)
            .context("a page is elsewhere")?;
        template::copy_file(&file, &into.join("operating").join(name))?;
    }
    Ok(())
}
