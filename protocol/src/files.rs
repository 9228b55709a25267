//! Files at the relay: blobs of ciphertext, each named by the SHA-256 of its bytes. A file is cut into chunks and
//! encrypted by whoever sends it; the relay knows neither names nor keys, only which blobs an item or a share names.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::ids::UserId;
use crate::keys::Hash;

/// Header of `POST /upload`: the hash of the body, in base64url.
pub const BLOB_HEADER: &str = "parley-blob";

/// Response of `POST /files/token`, which needs an access token.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileToken {
    /// JWT for `Authorization: Bearer` of `/upload` and `/files`; good for nothing else.
    pub token: String,
    /// Expiry of the token, by the relay's clock.
    pub expires_at: Millis,
    /// The relay's clock.
    pub now: Millis,
    /// What may be sent, so that a file that is too large is refused before it is read.
    pub limits: FileLimits,
}

/// What a member may send.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLimits {
    /// Bytes of all blobs of one message together, without the tags: at most [`crate::limits::MAX_FILE_BYTES`].
    pub max_file_bytes: u64,
    /// Bytes of the member's blobs that live.
    pub used: u64,
    /// Bytes that the member's blobs may have in all.
    pub quota: u64,
}

/// Body of `PUT /files/shares/{share id}`, with a file token: blobs of a message that is no item of a channel. They
/// live until `DELETE` of the share by its maker. Idempotent; another list replaces the one before.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareRequest {
    /// At most [`crate::limits::MAX_BLOBS_PER_ITEM`]; each uploaded by the maker, or readable to them.
    pub blobs: Vec<Hash>,
    /// Members who may read them beside the maker; at most [`crate::limits::MAX_SHARE_READERS`].
    pub readers: Vec<UserId>,
}

impl fmt::Debug for FileToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            token: _,
            expires_at,
            now,
            limits,
        } = self;
        f.debug_struct("FileToken")
            .field("expires_at", expires_at)
            .field("now", now)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}
