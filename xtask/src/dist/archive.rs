//! A folder as a `.tar.gz` that is the same bytes whenever and by whomever it
//! is packed: sorted, owned by nobody in particular, without times.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The time of every file in a package: 2025-01-01, because some tools refuse 1970.
pub(crate) const TIME: &str = "1735689600";

/// Packs one entry of a folder into a file.
pub(crate) fn write(folder: &Path, entry: &str, file: &Path) -> Result<()> {
    let context = || format!("cannot write {}", file.display());
    let mut tar = Command::new("tar")
        .args(["--create", "--format=ustar", "--sort=name"])
        .args(["--owner=0", "--group=0", "--numeric-owner"])
        .args(["--mode=u=rwX,go=rX", &format!("--mtime=@{TIME}")])
        .arg("--directory")
        .arg(folder)
        .arg(entry)
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start tar")?;
    let packed = tar.stdout.take().context("tar has no output")?;
    let gzip = Command::new("gzip")
        .arg("--no-name")
        .stdin(packed)
        .stdout(File::create(file).with_context(context)?)
        .status()
        .context("cannot start gzip")?;
    let tar = tar.wait().context("cannot wait for tar")?;
    if !tar.success() || !gzip.success() {
        bail!("{}: tar {tar}, gzip {gzip}", context());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_packed_later_is_the_same_bytes() {
        let root = std::env::temp_dir().join(format!("archive-{}", std::process::id()));
        let pack = |name: &str, order: [&str; 2]| {
            let folder = root.join(name);
            fs::create_dir_all(folder.join("x")).unwrap();
            for file in order {
                fs::write(folder.join("x").join(file), file).unwrap();
                let old = std::time::SystemTime::UNIX_EPOCH;
                let handle = File::options()
                    .write(true)
                    .open(folder.join("x").join(file));
                if name == "b" {
                    handle.unwrap().set_modified(old).unwrap();
                }
            }
            let packed = folder.join("x.tar.gz");
            write(&folder, "x", &packed).unwrap();
            fs::read(packed).unwrap()
        };
        assert_eq!(pack("a", ["1", "2"]), pack("b", ["2", "1"]));
        fs::remove_dir_all(root).unwrap();
    }
}
