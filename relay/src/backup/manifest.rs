//! What a backup consists of. Its text is encrypted, and it has the relay's seal: a secret that only the database and
//! manifests hold. Whoever can write where backups are kept, and knows the recipients, still cannot make a manifest with
//! it.

use std::collections::BTreeMap;

use parley_protocol::Millis;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::hex::hex;

/// Version of the layout and of this text.
pub(crate) const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    /// Name of the backup, so that no other's manifest can stand in its place.
    pub(crate) id: String,
    pub(crate) made_at: Millis,
    /// Version of the relay that made it.
    pub(crate) version: String,
    /// Schema version of the database.
    pub(crate) schema: u32,
    pub(crate) seal: Seal,
    pub(crate) contents: Contents,
    pub(crate) database: Pieces,
    /// Small files of the data folder: path, and content in base64.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
    /// Folder of the blobs.
    pub(crate) blobs: String,
    /// Blobs that the relay did not have, or had damaged, when the backup was made.
    pub(crate) absent: Vec<String>,
}

/// What is in a database, for comparison after a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    /// Sequence number of the newest log entry; 0 if there is no community.
    pub(crate) log: u64,
    /// Hash of the log up to it, as text.
    pub(crate) head: String,
    /// Rows of each table.
    pub(crate) rows: BTreeMap<String, u64>,
    /// Number of blobs.
    pub(crate) blobs: u64,
    /// Bytes of all blobs.
    pub(crate) blob_bytes: u64,
}

/// A file in pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pieces {
    pub(crate) bytes: u64,
    /// SHA-256 of the whole file, in hexadecimal.
    pub(crate) sha256: String,
    #[serde(rename = "pieces")]
    pub(crate) list: Vec<Piece>,
}

/// One encrypted piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Piece {
    pub(crate) name: String,
    /// SHA-256 of the object as it is stored.
    pub(crate) sha256: String,
}

/// The relay's secret that proves a manifest. `Debug` shows its fingerprint only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Seal(Zeroizing<String>);

impl Seal {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(hex(bytes)))
    }

    /// What the operator may know and compare: 16 hexadecimal digits.
    pub(crate) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(format!("parley backup seal {}", *self.0));
        hex(digest.get(..8).unwrap_or_default())
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(_) = self;
        write!(f, "Seal({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_known_by_its_fingerprint() {
        let (one, other) = (Seal::of(&[1; 32]), Seal::of(&[2; 32]));
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert_eq!(one.fingerprint().len(), 16);
        assert!(!format!("{one:?}").contains(&"01".repeat(4)));
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Seal>(&text).unwrap(), one);
    }
}
