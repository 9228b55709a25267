//! Reads a backup with an identity: its manifest, its database, its blobs. What is not as it was written is named.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use parley_protocol::keys::Hash;
use sha2::{Digest as _, Sha256};

use super::error::{BackupError, Trouble};
use super::layout::{self, BACKUPS, BackupId};
use super::manifest::{FORMAT, Manifest};
use super::target::{Target, TargetError};
use crate::age_keys::{Identities, OVERHEAD};
use crate::hex::hex;

/// A manifest has a line for each 4 MiB of the database, and one for each blob that was absent.
const MAX_MANIFEST: usize = 64 * 1024 * 1024;
const MAX_PIECE: usize = 16 * 1024 * 1024;

pub(crate) struct Reader<'a> {
    pub(crate) target: &'a dyn Target,
    /// The target in words.
    pub(crate) place: &'a str,
    pub(crate) identities: &'a Identities,
}

/// Backups that are there as a whole, the oldest first.
pub(crate) fn all(target: &dyn Target) -> Result<Vec<BackupId>, BackupError> {
    let found = target.list(BACKUPS)?;
    let ids: BTreeSet<_> = found
        .iter()
        .filter_map(|object| BackupId::of(&object.name).filter(|id| id.manifest() == object.name))
        .collect();
    Ok(ids.into_iter().collect())
}

fn newest(all: &[BackupId]) -> String {
    let names: Vec<_> = all.iter().rev().take(5).map(BackupId::as_str).collect();
    names.join(", ")
}

/// What is read first, whichever version wrote the rest.
#[derive(serde::Deserialize)]
struct Format {
    format: u32,
}

impl Reader<'_> {
    /// The manifest of a backup, or of the newest.
    pub(crate) fn manifest(&self, wanted: Option<&str>) -> Result<Manifest, BackupError> {
        let there = all(self.target)?;
        let id = match wanted {
            None => there.last().cloned(),
            Some(wanted) => {
                let wanted: BackupId = wanted.parse()?;
                if !there.is_empty() && !there.contains(&wanted) {
                    return Err(BackupError::Unknown {
                        id: wanted.to_string(),
                        place: self.place.to_owned(),
                        others: newest(&there),
                    });
                }
                there.contains(&wanted).then_some(wanted)
            }
        };
        let id = id.ok_or_else(|| BackupError::None(self.place.to_owned()))?;
        self.open(&id)
    }

    fn open(&self, id: &BackupId) -> Result<Manifest, BackupError> {
        let name = id.manifest();
        let not_whole = |what: &str| BackupError::NotWhole {
            id: id.to_string(),
            troubles: vec![trouble(&name, what)],
        };
        let sealed = self.target.get(&name, MAX_MANIFEST)?;
        let sealed = sealed.ok_or_else(|| not_whole("is missing"))?;
        let text = self.identities.decrypt(&sealed);
        let text = text.map_err(|why| BackupError::Manifest {
            name: name.clone(),
            why,
        })?;
        let format: Format =
            serde_json::from_slice(&text).map_err(|_| not_whole("is no manifest"))?;
        if format.format > FORMAT {
            return Err(BackupError::Newer(id.to_string()));
        }
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|_| not_whole("is no manifest"))?;
        if manifest.id != id.as_str() {
            return Err(not_whole(&format!("belongs to {}", manifest.id)));
        }
        Ok(manifest)
    }

    /// Writes the database into a file, and gives what is wrong with its pieces.
    pub(crate) fn database(
        &self,
        manifest: &Manifest,
        to: &Path,
    ) -> Result<Vec<Trouble>, BackupError> {
        let failed = |error| BackupError::File(to.to_owned(), error);
        let mut file = File::create_new(to).map_err(failed)?;
        let mut whole = Sha256::new();
        let mut troubles = Vec::new();
        for piece in &manifest.database.list {
            match self.piece(&piece.name, &piece.sha256)? {
                Ok(content) => {
                    whole.update(&content);
                    file.write_all(&content).map_err(failed)?;
                }
                Err(trouble) => troubles.push(trouble),
            }
        }
        file.sync_all().map_err(failed)?;
        if troubles.is_empty() && hex(&whole.finalize()) != manifest.database.sha256 {
            troubles.push(trouble("the database", "is not the one that was backed up"));
        }
        Ok(troubles)
    }

    fn piece(&self, name: &str, sha256: &str) -> Result<Result<Vec<u8>, Trouble>, BackupError> {
        let sealed = match self.fetch(name)? {
            Ok(sealed) => sealed,
            Err(trouble) => return Ok(Err(trouble)),
        };
        if hex(&Sha256::digest(&sealed)) != sha256 {
            return Ok(Err(trouble(name, "is damaged, cut or another's")));
        }
        Ok(self.decrypt(name, &sealed))
    }

    /// A blob as it was uploaded.
    pub(crate) fn blob(
        &self,
        manifest: &Manifest,
        hash: &Hash,
    ) -> Result<Result<Vec<u8>, Trouble>, BackupError> {
        let name = layout::blob(&manifest.blobs, hash);
        let sealed = match self.fetch(&name)? {
            Ok(sealed) => sealed,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let content = match self.decrypt(&name, &sealed) {
            Ok(content) => content,
            Err(trouble) => return Ok(Err(trouble)),
        };
        if <[u8; 32]>::from(Sha256::digest(&content)) == *hash.as_bytes() {
            Ok(Ok(content))
        } else {
            Ok(Err(trouble(&name, "holds another blob")))
        }
    }

    fn fetch(&self, name: &str) -> Result<Result<Vec<u8>, Trouble>, BackupError> {
        match self.target.get(name, MAX_PIECE + OVERHEAD) {
            Ok(Some(bytes)) => Ok(Ok(bytes)),
            Ok(None) => Ok(Err(trouble(name, "is missing"))),
            Err(TargetError::TooLarge(_)) => Ok(Err(trouble(name, "is too large"))),
            Err(error) => Err(error.into()),
        }
    }

    fn decrypt(&self, name: &str, sealed: &[u8]) -> Result<Vec<u8>, Trouble> {
        let content = self.identities.decrypt(sealed);
        content.map_err(|why| trouble(name, &format!("cannot be read: {why}")))
    }
}

pub(crate) fn trouble(name: &str, what: &str) -> Trouble {
    Trouble {
        name: name.to_owned(),
        what: what.to_owned(),
    }
}
