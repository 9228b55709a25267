//! One number for the content of many files, to see whether anything changed
//! since the last build. It guards nothing: it only saves work.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

/// The fingerprint of these files and folders below `root`, and of some words.
/// What is not there counts as such.
pub(crate) fn of(root: &Path, names: &[&str], words: &[String]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    words.hash(&mut hasher);
    for name in names {
        add(&root.join(name), name, &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn add(path: &Path, name: &str, hasher: &mut DefaultHasher) -> Result<()> {
    name.hash(hasher);
    if path.is_dir() {
        for entry in sorted_names(path)? {
            add(&path.join(&entry), &entry, hasher)?;
        }
    } else if path.is_file() {
        let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        content.hash(hasher);
    }
    Ok(())
}

fn sorted_names(folder: &Path) -> Result<Vec<String>> {
    let context = || format!("cannot read {}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(context)? {
        let name = entry.with_context(context)?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_names_and_words_all_count() {
        let root = std::env::temp_dir().join(format!("fingerprint-{}", std::process::id()));
        fs::create_dir_all(root.join("a")).unwrap();
        fs::write(root.join("a/one"), "1").unwrap();
        let names = ["a", "absent"];
        let first = of(&root, &names, &[]).unwrap();
        assert_eq!(first, of(&root, &names, &[]).unwrap());
        assert_ne!(first, of(&root, &names, &["word".into()]).unwrap());
        fs::rename(root.join("a/one"), root.join("a/two")).unwrap();
        let renamed = of(&root, &names, &[]).unwrap();
        assert_ne!(first, renamed);
        fs::write(root.join("a/two"), "2").unwrap();
        assert_ne!(renamed, of(&root, &names, &[]).unwrap());
        fs::remove_dir_all(root).unwrap();
    }
}
