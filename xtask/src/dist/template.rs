//! Own files that go into packages, from the folder `packaging/`, with words
//! such as `@VERSION@` filled in.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{compress, workspace};

/// Where the files are.
pub(crate) fn folder() -> PathBuf {
    workspace::root().join("packaging")
}

/// The text of a file with these words filled in, each without its `@`.
pub(crate) fn text(file: &Path, words: &[(&str, &str)]) -> Result<String> {
    let mut text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    for (word, value) in words {
        text = text.replace(&format!("@{word}@"), value);
    }
    if let Some(left) = unfilled(&text) {
        bail!("{} has {left}, and nothing to fill in", file.display());
    }
    Ok(text)
}

/// Copies a folder below `packaging/` with words filled in.
pub(crate) fn copy(name: &str, into: &Path, words: &[(&str, &str)]) -> Result<()> {
    let from = folder().join(name);
    for file in compress::files(&from)? {
        let to = into.join(file.strip_prefix(&from).context("a file is elsewhere")?);
        write(&to, &text(&file, words)?)?;
    }
    Ok(())
}

/// Writes a file, and the folders that lead to it.
pub(crate) fn write(file: &Path, text: &str) -> Result<()> {
    let context = || format!("cannot write {}", file.display());
    fs::create_dir_all(file.parent().with_context(context)?).with_context(context)?;
    fs::write(file, text).with_context(context)
}

/// Copies a file, and makes the folders that lead to it.
pub(crate) fn copy_file(from: &Path, to: &Path) -> Result<()> {
    let context = || format!("cannot copy {} to {}", from.display(), to.display());
    fs::create_dir_all(to.parent().with_context(context)?).with_context(context)?;
    fs::copy(from, to).map(drop).with_context(context)
}

/// A word between two `@` that is left, all in capitals.
fn unfilled(text: &str) -> Option<&str> {
    let mut parts = text.split('@');
    parts.next_back();
    parts.skip(1).find(|part| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_nobody_filled_in_is_found() {
        assert_eq!(unfilled("a: @VERSION@\n"), Some("VERSION"));
        assert_eq!(unfilled("a@b.example, ~@privileged @resources\n"), None);
    }
}
