//! Backups: a copy of the database and of the blobs, encrypted, in a folder or a bucket.
//!
//! ```text
//! parley-backups.json               whose backups these are
//! backups/<id>/database/0000.age    the database, in pieces
//! backups/<id>/blobs.list           names of the blobs that this backup needs, in plain text
//! backups/<id>/manifest.age         written last: without it there is no backup; small files of the data folder
//! blobs/<keys>/ab/<hash>.age        every blob once, for all backups
//! ```
//!
//! Nothing but hashes of ciphertext, sizes and times is readable there. The relay knows recipients only: it can write
//! backups and not read them, so what is removed after some weeks is decided by the plain lists. Blocking code; a
//! thread of its own runs it.

pub(crate) mod error;
mod folder;
mod keep;
mod layout;
mod make;
pub(crate) mod manifest;
mod names;
pub(crate) mod place;
pub(crate) mod read;
pub(crate) mod restore;
pub(crate) mod run;
mod s3;
pub(crate) mod schedule;
pub(crate) mod scratch;
mod side_files;
pub(crate) mod snapshot;
pub mod status;
mod target;
#[cfg(test)]
mod tests;
pub(crate) mod verify;

pub use error::BackupError;
pub use status::{Done, Status};
