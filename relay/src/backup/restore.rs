//! Restores a backup into an empty data folder. A file in it says so until the end: no relay starts in a folder that is
//! restored by half.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::error::{BackupError, Trouble};
use super::manifest::Manifest;
use super::read::Reader;
use super::{side_files, verify};
use crate::blobs::disk::SystemDisk;
use crate::blobs::files::BlobFiles;
use crate::storage::{Durability, RESTORING};

/// What came of it.
#[derive(Debug)]
pub(crate) struct Restored {
    pub(crate) blobs: u64,
    /// Parts that are missing or damaged; empty unless that was allowed.
    pub(crate) troubles: Vec<Trouble>,
}

/// Restores. With `damaged`, blobs that are missing or damaged are left out; the database must be whole anyway.
///
/// # Errors
/// [`BackupError`]; then the folder cannot be used, and says so to a relay.
pub(crate) fn run(
    reader: &Reader<'_>,
    manifest: &Manifest,
    data: &Path,
    damaged: bool,
) -> Result<Restored, BackupError> {
    let failed = |error| BackupError::File(data.to_owned(), error);
    begin(data)?;
    let marker = data.join(RESTORING);
    File::create_new(&marker).map_err(failed)?;
    let files = BlobFiles::of(data, Durability::Full, Arc::new(SystemDisk)).map_err(failed)?;
    let mut blobs = 0_u64;
    let mut keep = |hash: &_, content: Vec<u8>| {
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        let placed = files.begin(length).and_then(|mut incoming| {
            incoming.write(&content)?;
            files.sync(&incoming)?;
            files.place(incoming, hash)
        });
        placed.map_err(|error| BackupError::File(data.join("blobs"), error))?;
        blobs = blobs.saturating_add(1);
        Ok(())
    };
    let file = data.join("parley.db");
    let troubles = verify::all(reader, manifest, &file, &mut keep)?;
    let may_go_on = damaged && troubles.iter().all(|it| it.name.starts_with("blobs/"));
    if !troubles.is_empty() && !may_go_on {
        return Err(BackupError::NotWhole {
            id: manifest.id.clone(),
            troubles,
        });
    }
    side_files::write(data, &manifest.files).map_err(failed)?;
    let _ = fs::remove_dir(data.join("blobs/incoming"));
    fs::remove_file(&marker).map_err(failed)?;
    File::open(data)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)?;
    Ok(Restored { blobs, troubles })
}

/// Makes the folder, or sees that it is empty.
fn begin(data: &Path) -> Result<(), BackupError> {
    let failed = |error| BackupError::File(data.to_owned(), error);
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data).map_err(failed)?;
    for entry in fs::read_dir(data).map_err(failed)? {
        // A file system of its own has this one.
        if entry.map_err(failed)?.file_name() != "lost+found" {
            return Err(BackupError::Used(data.to_owned()));
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let private = fs::Permissions::from_mode(0o700);
        let closed: io::Result<()> = fs::set_permissions(data, private);
        closed.map_err(failed)?;
    }
    Ok(())
}
