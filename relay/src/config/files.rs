//! How much room files take.

use parley_protocol::limits::MAX_FILE_BYTES;

use super::{BadFileSize, FileTerms};
use crate::file_terms;

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// Maximum number of bytes of all files of one message, at most 2147483648.
    #[arg(long, value_name = "NUMBER", default_value_t = MAX_FILE_BYTES)]
    max_file_bytes: u64,
    /// Maximum number of bytes of the files that one member sent and that are not deleted.
    #[arg(long, value_name = "NUMBER", default_value_t = file_terms::DEFAULT_QUOTA_PER_MEMBER)]
    blob_quota_per_member: u64,
    /// Maximum number of bytes of all files. Whatever it is, 256 MiB of the disk stay free for everything else.
    #[arg(long, value_name = "NUMBER", default_value_t = file_terms::DEFAULT_QUOTA)]
    blob_quota: u64,
    /// Minutes after which an upload is removed that no message names. Shorter, and whoever goes on after a long cut
    /// has to send it again.
    #[arg(long, value_name = "NUMBER", default_value_t = file_terms::DEFAULT_GRACE_MINUTES)]
    blob_grace_minutes: u32,
}

pub(super) fn complete(given: &Given) -> Result<FileTerms, BadFileSize> {
    FileTerms::complete(file_terms::Given {
        max_file_bytes: given.max_file_bytes,
        per_member: given.blob_quota_per_member,
        in_all: given.blob_quota,
        grace_minutes: given.blob_grace_minutes,
    })
}
