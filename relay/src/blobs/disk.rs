//! The one place where bytes of blobs are written, so that a test can have a disk that is full.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes, and says how much room there is.
pub trait Disk: Send + Sync {
    /// Writes all bytes at the end of a file.
    ///
    /// # Errors
    /// The system's error: [`io::ErrorKind::StorageFull`] if there is no room.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;

    /// Bytes that this process may still write below a folder.
    ///
    /// # Errors
    /// The system's error.
    fn free(&self, folder: &Path) -> io::Result<u64>;
}

/// The disk of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    #[cfg(unix)]
    fn free(&self, folder: &Path) -> io::Result<u64> {
        let found = rustix::fs::statvfs(folder)?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }

    #[cfg(not(unix))]
    fn free(&self, _: &Path) -> io::Result<u64> {
        Ok(u64::MAX)
    }
}
