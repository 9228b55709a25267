//! The Debian package: the program, its unit, its settings, its own account.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{VERSION, archive, papers, sbom, template};
use crate::relay_build::machine::Machine;
use crate::{compress, steps, workspace};

/// Own files, and where the package puts them.
const FILES: [(&str, &str); 4] = [
    ("relay.toml", "etc/parley/relay.toml"),
    (
        "parley-relay.service",
        "usr/lib/systemd/system/parley-relay.service",
    ),
    ("sysusers.conf", "usr/lib/sysusers.d/parley-relay.conf"),
    ("copyright", "usr/share/doc/parley-relay/copyright"),
];

/// Writes `parley-relay_<version>_<machine>.deb` into a folder, packed by `xz` or `gzip`.
pub(crate) fn write(
    machine: &Machine,
    program: &Path,
    into: &Path,
    packing: &str,
) -> Result<PathBuf> {
    let root = workspace::scratch(&format!("debian-{}", machine.name))?;
    template::copy_file(program, &root.join("usr/bin/parley-relay"))?;
    let source = template::folder().join("debian");
    let repository = [("REPOSITORY", env!("CARGO_PKG_REPOSITORY"))];
    for (name, place) in FILES {
        template::write(
            &root.join(place),
            &template::text(&source.join(name), &repository)?,
        )?;
    }
    let documents = root.join("usr/share/doc/parley-relay");
    papers::copy(&documents)?;
    sbom::write(&documents)?;
    let size = (installed_bytes(&root)? / 1024).to_string();
    let words = [
        ("VERSION", VERSION),
        ("ARCHITECTURE", machine.debian),
        ("SIZE", &size),
    ];
    for name in ["control", "conffiles", "postinst", "prerm", "postrm"] {
        let text = template::text(&source.join(name), &words)?;
        template::write(&root.join("DEBIAN").join(name), &text)?;
    }
    set_modes(&root)?;
    let file = into.join(format!("parley-relay_{VERSION}_{}.deb", machine.debian));
    steps::run(
        Command::new("dpkg-deb")
            .args(["--root-owner-group", &format!("-Z{packing}"), "--build"])
            .arg(&root)
            .arg(&file)
            .env("SOURCE_DATE_EPOCH", archive::TIME),
    )?;
    fs::remove_dir_all(&root).context("cannot tidy up")?;
    Ok(file)
}

/// Programs and scripts may be run, everything else only be read, whatever the mask of this process is.
fn set_modes(root: &Path) -> Result<()> {
    for file in compress::files(root)? {
        let name = file.strip_prefix(root).unwrap_or(&file);
        let is_script = name.starts_with("DEBIAN")
            && !name.ends_with("control")
            && !name.ends_with("conffiles");
        let mode = if is_script || name.starts_with("usr/bin") {
            0o755
        } else {
            0o644
        };
        set_mode(&file, mode)?;
        let mut folder = file.parent();
        while let Some(above) = folder.filter(|above| above.starts_with(root)) {
            set_mode(above, 0o755)?;
            folder = above.parent();
        }
    }
    Ok(())
}

fn set_mode(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot set the mode of {}", path.display()))
}

fn installed_bytes(root: &Path) -> Result<u64> {
    compress::files(root)?
        .iter()
        .map(|file| super::file_size(file))
        .sum()
}
