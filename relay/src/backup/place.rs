//! Opens the place that the settings name.

use super::error::BackupError;
use super::folder::Folder;
use super::s3::Bucket;
use super::target::Target;
use crate::config::Place;

/// Opens a folder or a bucket. Nothing is asked or created before it is used.
///
/// # Errors
/// [`BackupError::Target`] if the bucket cannot be addressed.
pub(crate) fn open(place: &Place) -> Result<Box<dyn Target>, BackupError> {
    Ok(match place {
        Place::Folder(folder) => Box::new(Folder::at(folder)),
        Place::Bucket(bucket) => Box::new(Bucket::open(bucket)?),
    })
}
