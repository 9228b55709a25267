//! The program with its papers, as a `.tar.gz` that one unpacks anywhere.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{VERSION, archive, papers, template};
use crate::relay_build::machine::Machine;
use crate::workspace;

/// Writes `parley-relay-<version>-linux-<machine>.tar.gz` into a folder.
pub(crate) fn write(machine: &Machine, program: &Path, into: &Path) -> Result<PathBuf> {
    let name = format!("parley-relay-{VERSION}-linux-{}", machine.name);
    let scratch = workspace::scratch(&format!("tarball-{}", machine.name))?;
    let folder = scratch.join(&name);
    template::copy_file(program, &folder.join("parley-relay"))?;
    let service = template::folder()
        .join("debian")
        .join("parley-relay.service");
    template::copy_file(&service, &folder.join("parley-relay.service"))?;
    papers::copy(&folder)?;
    let file = into.join(format!("{name}.tar.gz"));
    archive::write(&scratch, &name, &file)?;
    fs::remove_dir_all(&scratch).context("cannot tidy up")?;
    Ok(file)
}
