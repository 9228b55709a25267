//! The files of blobs: how they are written, read and removed. Who may do what is in [`crate::command`] and
//! [`crate::storage::blobs`].
//!
//! A file comes before its row: bytes are written beside the others, hashed, made durable and moved to their place,
//! then the row is committed. A row goes before its file. So whatever is cut in the middle leaves at most a file
//! without a row, which the next start removes. Only under the lock of its hash does a file come or go.

pub(crate) mod disk;
pub(crate) mod files;
pub(crate) mod reconcile;
pub(crate) mod remover;
pub(crate) mod scrub;
pub(crate) mod slots;
pub(crate) mod store;
