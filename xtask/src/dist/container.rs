//! The folder that an image is built from. No container engine is needed to
//! make it, and none is run here.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{VERSION, archive, template};
use crate::relay_build::machine::Machine;
use crate::workspace;

/// Where Debian keeps the certificates of those whom the world trusts.
const AUTHORITIES: &str = "etc/ssl/certs/ca-certificates.crt";

/// Writes `parley-relay-<version>-container.tar.gz` into a folder.
pub(crate) fn write(programs: &[(&Machine, PathBuf)], into: &Path) -> Result<PathBuf> {
    let name = format!("parley-relay-{VERSION}-container");
    let scratch = workspace::scratch("container")?;
    unpacked(programs, &scratch.join(&name))?;
    let file = into.join(format!("{name}.tar.gz"));
    archive::write(&scratch, &name, &file)?;
    fs::remove_dir_all(&scratch).context("cannot tidy up")?;
    Ok(file)
}

/// Writes `Dockerfile`, `compose.yml` and what they name into a folder.
pub(crate) fn unpacked(programs: &[(&Machine, PathBuf)], folder: &Path) -> Result<()> {
    template::copy("container", folder, &[("VERSION", VERSION)])?;
    for (machine, program) in programs {
        let name = format!("parley-relay-{}", machine.container);
        template::copy_file(program, &folder.join(name))?;
    }
    // Whom the relay asks outside, if a setting says so, proves who they are.
    let authorities = Path::new("/").join(AUTHORITIES);
    if !authorities.is_file() {
        bail!(
            "{} is missing: sudo apt-get install ca-certificates",
            authorities.display()
        );
    }
    let rootfs = folder.join("rootfs");
    template::copy_file(&authorities, &rootfs.join(AUTHORITIES))?;
    template::write(
        &rootfs.join("etc/passwd"),
        "parley:x:10001:10001:Parley relay:/data:/nonexistent\n",
    )?;
    template::write(&rootfs.join("etc/group"), "parley:x:10001:\n")?;
    fs::create_dir_all(folder.join("data")).context("cannot make the volume's folder")
}
