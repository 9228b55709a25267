//! The plain list of the blobs that a backup needs. The relay cannot read its own backups, so this is how it knows what
//! may be removed. A list that is damaged is no list: its last line is the hash of those before.

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};

use crate::hex::hex;

const FIRST: &str = "parley blobs 1";

/// Text of a list.
pub(crate) fn to_text<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = format!("{FIRST}\n");
    for name in names {
        text.push_str(name);
        text.push('\n');
    }
    let digest = hex(&Sha256::digest(&text));
    format!("{text}{digest}\n")
}

/// The names in a list. `None` if it is damaged.
pub(crate) fn from_text(bytes: &[u8]) -> Option<HashSet<String>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let body = text.strip_suffix('\n')?;
    let (lines, digest) = body.rsplit_once('\n')?;
    let hashed = text.get(..=lines.len())?;
    if hex(&Sha256::digest(hashed)) != digest {
        return None;
    }
    let mut lines = lines.lines();
    if lines.next()? != FIRST {
        return None;
    }
    Some(lines.map(ToOwned::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_whole_or_none() {
        for names in [&[][..], &["blobs/1/ab/abcd.age", "blobs/1/cd/cdef.age"]] {
            let text = to_text(names.iter().copied());
            let found = from_text(text.as_bytes()).unwrap();
            assert_eq!(found.len(), names.len());
            assert!(names.iter().all(|name| found.contains(*name)));
            for length in 0..text.len() {
                assert!(from_text(text.get(..length).unwrap().as_bytes()).is_none());
            }
            for place in 0..text.len() {
                let mut damaged = text.clone().into_bytes();
                damaged[place] ^= 1;
                assert!(from_text(&damaged).is_none(), "byte {place}");
            }
        }
    }
}
