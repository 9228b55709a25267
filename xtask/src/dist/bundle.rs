//! Everything in one file, to carry into a network without internet.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{VERSION, archive, papers, template};
use crate::workspace;

/// Writes `parley-<version>-offline.tar.gz` with these files and the papers.
pub(super) fn write(files: &[PathBuf], sums: &[PathBuf], into: &Path) -> Result<PathBuf> {
    let name = format!("parley-{VERSION}-offline");
    let scratch = workspace::scratch("bundle")?;
    let folder = scratch.join(&name);
    for file in files.iter().chain(sums) {
        let own = file.file_name().context("a file has no name")?;
        template::copy_file(file, &folder.join(own))?;
    }
    papers::copy(&folder)?;
    let file = into.join(format!("{name}.tar.gz"));
    archive::write(&scratch, &name, &file)?;
    fs::remove_dir_all(&scratch).context("cannot tidy up")?;
    Ok(file)
}
