//! Makes one backup: copy, blobs that are not there yet, database in pieces, a look whether all of it arrived, and only
//! then the manifest.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

use parley_protocol::Millis;
use parley_protocol::keys::Hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::{BackupError, Trouble};
use super::keep;
use super::layout::{self, BackupId};
use super::manifest::{FORMAT, Manifest, Piece, Pieces, Seal};
use super::names;
use super::scratch::{Lock, Scratch};
use super::side_files;
use super::snapshot::{self, Snapshot};
use super::target::Target;
use crate::age_keys::Recipients;
use crate::blobs::files::read_piece;
use crate::hex::hex;

/// Bytes of one piece of the database. In memory once as it is and once encrypted.
const PIECE: usize = 4 * 1024 * 1024;
/// Between two objects, for the disk's sake.
const REST: Duration = Duration::from_millis(5);

/// What a backup is made of and with.
pub(crate) struct Plan<'a> {
    pub(crate) data: &'a Path,
    pub(crate) target: &'a dyn Target,
    /// The target in words.
    pub(crate) place: &'a str,
    pub(crate) recipients: &'a Recipients,
    pub(crate) keep_days: u32,
    pub(crate) now: Millis,
    pub(crate) random: [u8; 4],
    /// Asked often; `false` ends it.
    pub(crate) go_on: &'a dyn Fn() -> bool,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) id: BackupId,
    pub(crate) seal: String,
    pub(crate) database_bytes: u64,
    pub(crate) blobs: u64,
    pub(crate) blob_bytes: u64,
    pub(crate) blobs_sent: u64,
    /// Bytes that were written to the target.
    pub(crate) sent_bytes: u64,
    /// Blobs that this relay does not have, or has damaged.
    pub(crate) absent: Vec<String>,
    pub(crate) removed: keep::Removed,
}

/// Whose backups are in a place. Not secret.
#[derive(Serialize, Deserialize)]
struct Owner {
    format: u32,
    seal: String,
}

struct Making<'a> {
    plan: &'a Plan<'a>,
    id: BackupId,
    sent_bytes: u64,
    blobs_sent: u64,
    /// Everything that must be there at the end, with its length.
    expected: HashMap<String, u64>,
}

/// # Errors
/// [`BackupError`]: what was there before stays, and nothing that looks like a backup was added.
pub(crate) fn run(plan: &Plan<'_>) -> Result<Made, BackupError> {
    if plan.recipients.is_empty() {
        return Err(BackupError::NoRecipients);
    }
    let seal = snapshot::seal(plan.data)?;
    let lock = Lock::take(plan.data)?;
    own(plan, &seal)?;
    plan.target.tidy()?;
    let scratch = Scratch::make(plan.data, &lock)?;
    let snapshot = snapshot::take(plan.data, &scratch, plan.go_on)?;
    let mut making = Making {
        plan,
        id: BackupId::new(plan.now, plan.random),
        sent_bytes: 0,
        blobs_sent: 0,
        expected: HashMap::new(),
    };
    let folder = layout::blob_folder(&plan.recipients.short_name());
    making.announce(&folder, &snapshot)?;
    let absent = making.blobs(&folder, &snapshot)?;
    let database = making.database(&snapshot)?;
    making.look(&folder)?;
    let manifest = Manifest {
        format: FORMAT,
        id: making.id.to_string(),
        made_at: plan.now,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema: snapshot.schema,
        seal: seal.clone(),
        contents: snapshot.contents.clone(),
        database,
        files: side_files::read(plan.data)
            .map_err(|error| BackupError::File(plan.data.to_owned(), error))?,
        blobs: folder,
        absent: absent.clone(),
    };
    making.finish(&manifest)?;
    let removed = keep::run(plan.target, plan.keep_days, plan.now)?;
    let Making {
        id,
        sent_bytes,
        blobs_sent,
        ..
    } = making;
    Ok(Made {
        id,
        seal: seal.fingerprint(),
        database_bytes: manifest.database.bytes,
        blobs: manifest.contents.blobs,
        blob_bytes: manifest.contents.blob_bytes,
        blobs_sent,
        sent_bytes,
        absent,
        removed,
    })
}

/// Makes a place this relay's own, or sees that it is.
fn own(plan: &Plan<'_>, seal: &Seal) -> Result<(), BackupError> {
    let ours = seal.fingerprint();
    if let Some(found) = plan.target.get(layout::OWNER, 64 * 1024)? {
        let found: Option<Owner> = serde_json::from_slice(&found).ok();
        let theirs = found.map_or_else(|| "unreadable".to_owned(), |owner| owner.seal);
        if theirs == ours {
            return Ok(());
        }
        return Err(BackupError::OtherRelay {
            place: plan.place.to_owned(),
            theirs,
            ours,
        });
    }
    let owner = Owner {
        format: FORMAT,
        seal: ours,
    };
    let text = serde_json::to_vec(&owner).unwrap_or_default();
    Ok(plan.target.put(layout::OWNER, text)?)
}

impl Making<'_> {
    fn put(&mut self, name: String, bytes: Vec<u8>) -> Result<(), BackupError> {
        if !(self.plan.go_on)() {
            return Err(BackupError::Stopped);
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.plan.target.put(&name, bytes)?;
        self.sent_bytes = self.sent_bytes.saturating_add(length);
        self.expected.insert(name, length);
        std::thread::sleep(REST);
        Ok(())
    }

    fn seal(&self, bytes: &[u8]) -> Result<Vec<u8>, BackupError> {
        let sealed = self.plan.recipients.encrypt(bytes);
        sealed.map_err(BackupError::Encrypt)
    }

    /// Says which blobs will be needed, before it looks which are there: whoever removes old ones leaves these.
    fn announce(&mut self, folder: &str, snapshot: &Snapshot) -> Result<(), BackupError> {
        let needed = snapshot.blobs.iter();
        let needed: Vec<_> = needed.map(|(hash, _)| layout::blob(folder, hash)).collect();
        let text = names::to_text(needed.iter().map(String::as_str));
        self.put(self.id.blobs(), text.into_bytes())
    }

    /// Sends the blobs that are not there, and gives those that this relay cannot send.
    fn blobs(&mut self, folder: &str, snapshot: &Snapshot) -> Result<Vec<String>, BackupError> {
        let there = self.plan.target.list(folder)?;
        let there: HashMap<_, _> = there.into_iter().map(|it| (it.name, it.bytes)).collect();
        let mut absent = Vec::new();
        for (hash, bytes) in &snapshot.blobs {
            let name = layout::blob(folder, hash);
            // Encrypted it is longer; one that is shorter was cut by somebody.
            if let Some(stored) = there.get(&name).filter(|stored| **stored > *bytes) {
                self.expected.insert(name, *stored);
                continue;
            }
            match read_blob(self.plan.data, hash, *bytes) {
                Some(content) => {
                    let sealed = self.seal(&content)?;
                    self.put(name, sealed)?;
                    self.blobs_sent = self.blobs_sent.saturating_add(1);
                }
                None => absent.push(hex(hash.as_bytes())),
            }
        }
        Ok(absent)
    }

    fn database(&mut self, snapshot: &Snapshot) -> Result<Pieces, BackupError> {
        let failed = |error| BackupError::File(snapshot.file.clone(), error);
        let mut file = File::open(&snapshot.file).map_err(failed)?;
        let mut whole = Sha256::new();
        let mut bytes = 0_u64;
        let mut pieces = Vec::new();
        loop {
            let piece = read_piece(&mut file, vec![0; PIECE]).map_err(failed)?;
            if piece.is_empty() {
                break;
            }
            whole.update(&piece);
            bytes = bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            let sealed = self.seal(&piece)?;
            let name = self.id.piece(pieces.len());
            pieces.push(Piece {
                name: name.clone(),
                sha256: hex(&Sha256::digest(&sealed)),
            });
            self.put(name, sealed)?;
        }
        Ok(Pieces {
            bytes,
            sha256: hex(&whole.finalize()),
            list: pieces,
        })
    }

    /// Whether all of it is there, since another machine with a copy of this data folder may have removed something.
    fn look(&self, folder: &str) -> Result<(), BackupError> {
        let mut there = self.plan.target.list(&self.id.folder())?;
        there.extend(self.plan.target.list(folder)?);
        let there: HashMap<_, _> = there.into_iter().map(|it| (it.name, it.bytes)).collect();
        let wrong = self.expected.iter().filter_map(|(name, bytes)| {
            let what = match there.get(name) {
                Some(found) if found == bytes => return None,
                Some(found) => format!("has {found} bytes instead of {bytes}"),
                None => "is not there, though it was written".to_owned(),
            };
            let name = name.clone();
            Some(Trouble { name, what })
        });
        let troubles: Vec<_> = wrong.collect();
        if troubles.is_empty() {
            return Ok(());
        }
        let id = self.id.to_string();
        Err(BackupError::NotWhole { id, troubles })
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<(), BackupError> {
        let text = serde_json::to_vec(manifest)
            .map_err(|error| BackupError::Encrypt(std::io::Error::other(error)))?;
        let sealed = self.seal(&text)?;
        self.put(self.id.manifest(), sealed)
    }
}

/// A blob of this relay. `None` if it is not there as it should be: deleted meanwhile, or damaged.
fn read_blob(data: &Path, hash: &Hash, bytes: u64) -> Option<Vec<u8>> {
    let name = hex(hash.as_bytes());
    let path = data.join("blobs").join(name.get(..2)?).join(&name);
    let content = std::fs::read(path).ok()?;
    let is_whole = u64::try_from(content.len()) == Ok(bytes)
        && <[u8; 32]>::from(Sha256::digest(&content)) == *hash.as_bytes();
    is_whole.then_some(content)
}
