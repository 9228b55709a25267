//! All files of a message, each with its part of the list of blobs.

use parley_protocol::keys::Hash;
use parley_protocol::limits::{MAX_BLOBS_PER_ITEM, MAX_FILE_BYTES};
use parley_protocol::names::is_blank;

use super::limits::MAX_FILES;
use super::{FileDescription, FileFault};

/// A file with the names of its blobs, in the order of its chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileOf<'a> {
    /// What its author says of it.
    pub file: &'a FileDescription,
    /// [`FileFault::Chunks`] if somebody changed the list on the way: nothing may be fetched then.
    pub blobs: Result<&'a [Hash], FileFault>,
}

/// The hash over the names of a file's blobs.
pub fn root_of(blobs: &[Hash]) -> Hash {
    let bytes: Vec<u8> = blobs.iter().flat_map(|it| *it.as_bytes()).collect();
    Hash::of(&bytes)
}

/// The files of a message, with what belongs to each of the list of blobs that came with it.
pub fn files_of<'a>(
    files: &'a [FileDescription],
    blobs: &'a [Hash],
) -> impl Iterator<Item = FileOf<'a>> {
    let count = files.iter().fold(0_usize, |sum, file| {
        sum.saturating_add(usize::try_from(file.chunks).unwrap_or(usize::MAX))
    });
    let is_whole = count == blobs.len();
    let mut rest = blobs;
    files.iter().map(move |file| {
        let count = usize::try_from(file.chunks).unwrap_or(usize::MAX);
        let (own, after) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        rest = after;
        let is_own = is_whole && root_of(own) == file.root;
        let blobs = is_own.then_some(own).ok_or(FileFault::Chunks);
        FileOf { file, blobs }
    })
}

/// Whether a message can be sent with these files, and they are shown when it comes.
///
/// # Errors
/// [`FileFault`], the first one.
pub(crate) fn check(files: &[FileDescription]) -> Result<(), FileFault> {
    let count = files.len();
    if count > MAX_FILES {
        return Err(FileFault::TooMany { count });
    }
    let (mut bytes, mut blobs) = (0_u64, 0_usize);
    for file in files {
        file.check()?;
        bytes = bytes.saturating_add(file.size);
        blobs = blobs.saturating_add(usize::try_from(file.chunks).unwrap_or(usize::MAX));
    }
    if bytes > MAX_FILE_BYTES {
        return Err(FileFault::TooLarge { bytes });
    }
    (blobs <= MAX_BLOBS_PER_ITEM)
        .then_some(())
        .ok_or(FileFault::Cut)
}

/// Whether a message with that text and these files says nothing.
pub(crate) fn is_nothing(text: &str, files: &[FileDescription]) -> bool {
    files.is_empty() && is_blank(text)
}
