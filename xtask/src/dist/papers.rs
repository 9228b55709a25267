//! What lies beside the program in every package: the handbook, what watches
//! over it, the licences, what changed.

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
    for (folder, name) in [
        ("docs/operating", "operating"),
        ("observability", "observability"),
    ] {
        let folder = root.join(folder);
        for file in compress::files(&folder)? {
            let path = file.strip_prefix(&folder).context("a page is elsewhere")?;
            template::copy_file(&file, &into.join(name).join(path))?;
        }
    }
    Ok(())
}
