//! What a message says of its files. The bytes lie at the relay as blobs, one for each sealed chunk, named by the
//! SHA-256 of the blob; the list of names travels beside the message's ciphertext, and each file's `root` binds its
//! part of that list.
//!
//! | file | what is there |
//! |---|---|
//! | `chunks` | how a file is cut, and what its chunks are sealed with |
//! | `kind` | what a file is, as far as it is shown before it is fetched |
//! | `name` | names as they are shown and saved |
//! | `content` | what may be shown in the page, by type and by the first bytes |
//! | `list` | all files of a message, with their blobs |

mod chunks;
mod content;
mod key;
mod kind;
mod list;
mod name;

use parley_protocol::keys::Hash;
use parley_protocol::limits::MAX_FILE_BYTES;
use serde::{Deserialize, Serialize};

pub use chunks::{Chunks, SEAL_BYTES, chunk_bytes_for};
pub use content::{Shown, shown_as, type_of_first_bytes};
pub use key::FileKey;
pub use kind::FileKind;
pub use list::{FileOf, files_of, root_of};
pub use name::{clean_name, clean_type};

pub(crate) use list::{check, is_nothing};

/// How much there may be, beside what [`parley_protocol::limits`] says. All readers must agree.
pub mod limits {
    /// Files of one message.
    pub const MAX_FILES: usize = 10;
    /// Bytes of a name in UTF-8. File systems allow no more.
    pub const MAX_NAME_BYTES: usize = 255;
    /// Bytes of a media type.
    pub const MAX_TYPE_BYTES: usize = 100;
    /// Bytes of the text of a preview.
    pub const MAX_PREVIEW_BYTES: usize = 64;
    /// Values of a wave form.
    pub const WAVEFORM_VALUES: usize = 64;
    /// Pixels of a side of a picture or video.
    pub const MAX_SIDE: u32 = 65_535;
    /// Seconds of sound or video: 30 days.
    pub const MAX_SECONDS: u32 = 30 * 24 * 60 * 60;
}

/// A file of a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDescription {
    /// As its author calls it. For showing and saving only through [`clean_name`].
    pub name: String,
    /// The media type that its author claims, such as `image/png`.
    pub mime: String,
    /// Bytes of the file.
    pub size: u64,
    /// What its chunks are sealed with.
    pub key: FileKey,
    /// Bytes of each chunk of the file; the last one may be shorter.
    pub chunk_bytes: u32,
    /// How many chunks there are: one at least.
    pub chunks: u32,
    /// SHA-256 over the concatenated hashes of its blobs.
    pub root: Hash,
    /// Whether its author covered it: it is shown when somebody asks for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub covered: bool,
    /// What is shown of it before it is fetched.
    #[serde(default, skip_serializing_if = "FileKind::is_other")]
    pub kind: FileKind,
}

/// What is wrong with the files of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// More than [`limits::MAX_FILES`].
    #[error("the message has {count} files, {} are allowed", limits::MAX_FILES)]
    TooMany {
        /// How many.
        count: usize,
    },
    /// All together have more than [`MAX_FILE_BYTES`].
    #[error("the files have {bytes} bytes, {MAX_FILE_BYTES} are allowed")]
    TooLarge {
        /// How many.
        bytes: u64,
    },
    /// No name, or one of more than [`limits::MAX_NAME_BYTES`].
    #[error("a file has no name, or one that is too long")]
    Name,
    /// Not of the shape of a media type.
    #[error("a file has a type that is none")]
    Type,
    /// A chunk of another size than there are, or another number of chunks than the size needs.
    #[error("a file is not cut as files are")]
    Cut,
    /// Sides, seconds, preview or wave form that no client writes.
    #[error("what a file says it shows cannot be")]
    Kind,
    /// The list of blobs is not the one that its author sent.
    #[error("the list of blobs does not belong to this file")]
    Chunks,
}

impl FileDescription {
    /// How it is cut.
    pub fn cut(&self) -> Chunks {
        Chunks::new(self.size, self.chunk_bytes)
    }

    /// Whether it can be sent, and is shown when it comes.
    ///
    /// # Errors
    /// [`FileFault`], the first one.
    pub fn check(&self) -> Result<(), FileFault> {
        let Self {
            name,
            mime,
            size,
            key: _,
            chunk_bytes,
            chunks,
            root: _,
            covered: _,
            kind,
        } = self;
        if name.is_empty() || name.len() > limits::MAX_NAME_BYTES {
            return Err(FileFault::Name);
        }
        if !name::is_type(mime) {
            return Err(FileFault::Type);
        }
        let bytes = *size;
        if bytes > MAX_FILE_BYTES {
            return Err(FileFault::TooLarge { bytes });
        }
        if !chunks::SIZES.contains(chunk_bytes) || self.cut().count() != *chunks {
            return Err(FileFault::Cut);
        }
        kind.is_sound().then_some(()).ok_or(FileFault::Kind)
    }
}

impl std::fmt::Debug for FileDescription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            name: _,
            mime: _,
            size,
            key: _,
            chunk_bytes,
            chunks,
            root: _,
            covered: _,
            kind: _,
        } = self;
        f.debug_struct("FileDescription")
            .field("size", size)
            .field("chunk_bytes", chunk_bytes)
            .field("chunks", chunks)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests;
