//! The Helm chart, packed as `helm package` packs it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{VERSION, archive, template};
use crate::workspace;

/// Writes `parley-<version>.tgz` into a folder.
pub(crate) fn write(into: &Path) -> Result<PathBuf> {
    let scratch = workspace::scratch("chart")?;
    unpacked(&scratch.join("parley"))?;
    let file = into.join(format!("parley-{VERSION}.tgz"));
    archive::write(&scratch, "parley", &file)?;
    fs::remove_dir_all(&scratch).context("cannot tidy up")?;
    Ok(file)
}

/// Writes the chart as a folder.
pub(crate) fn unpacked(folder: &Path) -> Result<()> {
    template::copy("helm/parley", folder, &[("VERSION", VERSION)])
}
