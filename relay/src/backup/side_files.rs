//! Files of the data folder that are neither database nor blobs, and that a restore must bring back: the authority of
//! the relay's own certificates, which devices trust. They are small, and part of the manifest.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Folders that are taken along.
const FOLDERS: &[&str] = &["tls"];
/// Bytes of one file. Keys and certificates have a few thousand.
const LARGEST: u64 = 64 * 1024;
/// Folders within folders.
const DEPTH: usize = 3;

/// Reads them all: path with `/`, and content in base64.
pub(crate) fn read(data: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for folder in FOLDERS {
        walk(&data.join(folder), folder, DEPTH, &mut found)?;
    }
    Ok(found)
}

fn walk(
    folder: &Path,
    name: &str,
    depth: usize,
    found: &mut BTreeMap<String, String>,
) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let file_name = entry.file_name();
        let Some(own) = file_name.to_str().filter(|own| is_plain(own)) else {
            continue;
        };
        let (metadata, name) = (entry.metadata()?, format!("{name}/{own}"));
        if metadata.is_dir() && depth > 1 {
            walk(&entry.path(), &name, depth.saturating_sub(1), found)?;
        } else if metadata.is_file() && metadata.len() <= LARGEST {
            found.insert(name, STANDARD.encode(fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// Writes them into a new data folder. Names that would lead elsewhere are left out.
pub(crate) fn write(data: &Path, files: &BTreeMap<String, String>) -> io::Result<()> {
    for (name, content) in files {
        let mut parts = name.split('/');
        let is_ours = parts.clone().next().is_some_and(|it| FOLDERS.contains(&it));
        if !is_ours || !parts.all(is_plain) {
            continue;
        }
        let content = STANDARD.decode(content).map_err(io::Error::other)?;
        let path = data.join(name);
        if let Some(parent) = path.parent() {
            crate::storage::make_folder(parent)?;
        }
        let mut options = File::options();
        options.create_new(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(&content)?;
        file.sync_all()?;
    }
    Ok(())
}

fn is_plain(part: &str) -> bool {
    !part.is_empty() && part != "." && part != ".." && !part.contains(['/', '\\', '\0'])
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn they_are_the_same_again_and_nothing_leads_elsewhere() {
        let (from, to) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        fs::create_dir_all(from.path().join("tls/acme")).unwrap();
        fs::write(from.path().join("tls/authority.key"), [0, 1, 2, 255]).unwrap();
        fs::write(from.path().join("tls/acme/account"), "one").unwrap();
        fs::write(from.path().join("tls/large"), vec![0; 100_000]).unwrap();
        let mut found = read(from.path()).unwrap();
        assert_eq!(found.len(), 2);
        for name in ["tls/../../evil", "/etc/evil", "other/file", "tls//x"] {
            found.insert(name.to_owned(), STANDARD.encode("evil"));
        }
        write(to.path(), &found).unwrap();
        let key = fs::read(to.path().join("tls/authority.key")).unwrap();
        assert_eq!(key, [0, 1, 2, 255]);
        assert_eq!(read(to.path()).unwrap().len(), 2);
        let there: Vec<_> = fs::read_dir(to.path()).unwrap().collect();
        assert_eq!(there.len(), 1);
        assert!(read(TempDir::new().unwrap().path()).unwrap().is_empty());
    }
}
