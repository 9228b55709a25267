//! A data folder that is backed up, attacked and restored: in a folder here, in a bucket in `s3/tests.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use parley_protocol::Millis;
use parley_protocol::keys::Hash;
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::error::BackupError;
use super::folder::Folder;
use super::make::{self, Made, Plan};
use super::manifest::Manifest;
use super::read::{self, Reader};
use super::restore::{self, Restored};
use super::scratch::Lock;
use super::snapshot::SEAL;
use super::target::{Stored, Target, TargetError};
use crate::age_keys::tests::pair;
use crate::age_keys::{Identities, Recipients};
use crate::hex::hex;
use crate::storage::{Durability, OpenError, Storage};

pub(super) const NOW: Millis = 1_796_007_600_000;
const DAY: Millis = 24 * 60 * 60 * 1000;

/// A relay's data folder, with a secret that must never be readable in a backup.
pub(super) struct Data {
    pub(super) folder: TempDir,
    db: Connection,
}

pub(super) const SECRET: &[u8] = b"a key that signs access tokens";

impl Data {
    pub(super) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let storage = Storage::in_folder(folder.path(), Durability::ProcessOnly).unwrap();
        let db = storage.writer().unwrap();
        let this = Self { folder, db };
        this.setting(SEAL, &[7; 32]);
        this.setting("token key", SECRET);
        for number in 0..200 {
            this.setting(&format!("filler {number}"), &vec![number; 50_000]);
        }
        this
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn setting(&self, name: &str, value: &[u8]) {
        self.db
            .execute(
                "INSERT OR REPLACE INTO setting VALUES (?1, ?2)",
                params![name, value],
            )
            .unwrap();
    }

    /// A blob and its row, as an upload leaves them.
    pub(super) fn blob(&self, content: &[u8]) -> Hash {
        let hash: [u8; 32] = Sha256::digest(content).into();
        self.db
            .execute(
                "INSERT INTO blob (hash, bytes) VALUES (?1, ?2)",
                params![hash, i64::try_from(content.len()).unwrap()],
            )
            .unwrap();
        let hash = Hash::from_bytes(hash);
        let file = self.file(&hash);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        hash
    }

    pub(super) fn file(&self, hash: &Hash) -> PathBuf {
        let name = hex(hash.as_bytes());
        self.path().join("blobs").join(&name[..2]).join(&name)
    }

    fn forget(&self, hash: &Hash) {
        self.db
            .execute("DELETE FROM blob WHERE hash = ?1", [hash.as_bytes()])
            .unwrap();
        fs::remove_file(self.file(hash)).unwrap();
    }
}

/// Makes a backup.
pub(super) fn back_up(
    data: &Data,
    target: &dyn Target,
    recipients: &Recipients,
    now: Millis,
) -> Result<Made, BackupError> {
    make::run(&Plan {
        data: data.path(),
        target,
        place: "the place",
        recipients,
        keep_days: 30,
        now,
        random: [now.to_be_bytes()[7], 1, 2, 3],
        go_on: &|| true,
    })
}

pub(super) fn restored(
    target: &dyn Target,
    identities: &Identities,
    to: &Path,
    damaged: bool,
) -> Result<Restored, BackupError> {
    let reader = Reader {
        target,
        place: "the place",
        identities,
    };
    let manifest: Manifest = reader.manifest(None)?;
    restore::run(&reader, &manifest, to, damaged)
}

struct Scene {
    data: Data,
    root: TempDir,
    recipients: Recipients,
    identities: Identities,
}

impl Scene {
    fn new() -> Self {
        let (recipients, identities) = pair();
        Self {
            data: Data::new(),
            root: TempDir::new().unwrap(),
            recipients,
            identities,
        }
    }

    fn target(&self) -> Folder {
        Folder::at(self.root.path())
    }

    fn back_up(&self, days: u64) -> Result<Made, BackupError> {
        back_up(
            &self.data,
            &self.target(),
            &self.recipients,
            NOW + days * DAY,
        )
    }

    fn restore(&self, to: &Path) -> Result<Restored, BackupError> {
        restored(&self.target(), &self.identities, to, false)
    }

    /// What a restore says, after the last backup was tampered with.
    fn complaint(&self) -> String {
        let to = TempDir::new().unwrap();
        let error = self.restore(to.path()).unwrap_err();
        assert!(
            Storage::in_folder(to.path(), Durability::ProcessOnly).is_err() || is_empty(to.path())
        );
        error.to_string()
    }

    fn files(&self) -> Vec<PathBuf> {
        let stored = self.target().list("").unwrap();
        stored
            .iter()
            .map(|it: &Stored| self.root.path().join(&it.name))
            .collect()
    }

    fn one(&self, word: &str) -> PathBuf {
        let found = self.files();
        let mut found = found
            .into_iter()
            .filter(|path| path.to_str().unwrap().contains(word));
        found.next().unwrap()
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

fn flip(file: &Path, place: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[place] ^= 1;
    fs::write(file, bytes).unwrap();
}

#[test]
fn what_was_backed_up_is_restored_and_nothing_of_it_is_readable() {
    let scene = Scene::new();
    let blobs = [
        scene.data.blob(b"one blob of a picture"),
        scene.data.blob(&vec![5; 300_000]),
    ];
    fs::create_dir(scene.data.path().join("tls")).unwrap();
    fs::write(scene.data.path().join("tls/authority.key"), SECRET).unwrap();
    let made = scene.back_up(0).unwrap();
    assert_eq!((made.blobs, made.blobs_sent, made.absent.len()), (2, 2, 0));
    for file in scene.files() {
        let bytes = fs::read(&file).unwrap();
        for secret in [SECRET, b"SQLite format 3", b"one blob of a picture"] {
            let found = bytes.windows(secret.len()).any(|part| part == secret);
            assert!(!found, "{}", file.display());
        }
    }
    assert!(!scene.data.path().join("backup-scratch").exists());

    let to = TempDir::new().unwrap();
    let restored = scene.restore(to.path()).unwrap();
    assert_eq!((restored.blobs, restored.troubles.len()), (2, 0));
    let db = Storage::in_folder(to.path(), Durability::ProcessOnly)
        .unwrap()
        .writer()
        .unwrap();
    let key: Vec<u8> = db
        .query_row(
            "SELECT value FROM setting WHERE name = 'token key'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(key, SECRET);
    let authority = fs::read(to.path().join("tls/authority.key")).unwrap();
    assert_eq!(authority, SECRET);
    for hash in blobs {
        let name = hex(hash.as_bytes());
        let file = to.path().join("blobs").join(&name[..2]).join(&name);
        assert_eq!(
            fs::read(file).unwrap(),
            fs::read(scene.data.file(&hash)).unwrap()
        );
    }
}

#[test]
fn blobs_that_are_there_are_not_sent_again_unless_somebody_else_shall_read_them() {
    let mut scene = Scene::new();
    let first = scene.data.blob(b"the first");
    scene.back_up(0).unwrap();
    scene.data.blob(b"the second");
    assert_eq!(scene.back_up(1).unwrap().blobs_sent, 1);
    scene.data.forget(&first);
    assert_eq!(scene.back_up(2).unwrap().blobs_sent, 0);
    (scene.recipients, scene.identities) = pair();
    assert_eq!(scene.back_up(3).unwrap().blobs_sent, 1);
    let to = TempDir::new().unwrap();
    assert_eq!(scene.restore(to.path()).unwrap().blobs, 1);
    // Forty days later only the last three backups are kept, and no blob of the first one.
    for days in 40..43 {
        scene.back_up(days).unwrap();
    }
    let left: Vec<_> = scene
        .files()
        .into_iter()
        .filter(|it| it.to_str().unwrap().contains("/blobs/"))
        .collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn every_damage_is_named() {
    let scene = Scene::new();
    scene.data.blob(b"the first");
    scene.back_up(0).unwrap();
    for (word, says) in [
        (
            "database/0000",
            "database/0000.age is damaged, cut or another's",
        ),
        ("/blobs/", ".age cannot be read: it is damaged"),
        ("manifest", "manifest.age: it is damaged"),
    ] {
        let file = scene.one(word);
        let good = fs::read(&file).unwrap();
        flip(&file, good.len() - 1);
        let found = scene.complaint();
        assert!(found.contains(says), "{found}");
        // Cut.
        fs::write(&file, &good[..good.len() / 2]).unwrap();
        assert!(scene.complaint().contains(".age"), "{word}");
        // Gone.
        fs::remove_file(&file).unwrap();
        let found = scene.complaint();
        assert!(
            found.contains("is missing") || found.contains("there is no backup"),
            "{found}"
        );
        fs::write(&file, good).unwrap();
    }
    assert!(scene.restore(TempDir::new().unwrap().path()).is_ok());
}

#[test]
fn what_was_swapped_is_named() {
    let scene = Scene::new();
    let one = scene.data.blob(b"the first");
    let other = scene.data.blob(b"the other");
    scene.back_up(0).unwrap();
    let [one, other] = [one, other].map(|hash| scene.one(&hex(hash.as_bytes())));
    let (first, second) = (fs::read(&one).unwrap(), fs::read(&other).unwrap());
    fs::write(&one, &second).unwrap();
    fs::write(&other, &first).unwrap();
    let found = scene.complaint();
    assert_eq!(found.matches("holds another blob").count(), 2, "{found}");
    fs::write(&one, first).unwrap();
    fs::write(&other, second).unwrap();
    // Two pieces of the database.
    let [one, other] = ["database/0000", "database/0001"].map(|word| scene.one(word));
    let (first, second) = (fs::read(&one).unwrap(), fs::read(&other).unwrap());
    fs::write(&one, &second).unwrap();
    fs::write(&other, &first).unwrap();
    assert_eq!(scene.complaint().matches("another's").count(), 2);
    fs::write(&one, first).unwrap();
    fs::write(&other, second).unwrap();
    // The manifest of yesterday in the place of today's.
    let old = fs::read(scene.one("manifest")).unwrap();
    let made = scene.back_up(1).unwrap();
    fs::write(scene.root.path().join(made.id.manifest()), old).unwrap();
    assert!(scene.complaint().contains("belongs to"));
}

#[test]
fn somebody_who_knows_the_recipients_cannot_pass_off_a_backup_of_their_own() {
    let scene = Scene::new();
    let made = scene.back_up(0).unwrap();
    let forger = Scene::new();
    forger.data.setting(SEAL, &[8; 32]);
    back_up(&forger.data, &forger.target(), &scene.recipients, NOW).unwrap();
    let reader = Reader {
        target: &forger.target(),
        place: "the place",
        identities: &scene.identities,
    };
    let manifest = reader.manifest(None).unwrap();
    let refused = super::verify::same_seal(&manifest, &made.seal).unwrap_err();
    assert!(
        refused.to_string().contains("was not made by this relay"),
        "{refused}"
    );
}

#[test]
fn the_wrong_key_says_so() {
    let mut scene = Scene::new();
    scene.back_up(0).unwrap();
    scene.identities = pair().1;
    assert!(scene.complaint().contains("encrypted for another key"));
}

#[test]
fn a_damaged_blob_does_not_keep_the_rest_from_being_restored() {
    let scene = Scene::new();
    let lost = scene.data.blob(b"the first");
    scene.data.blob(b"the other");
    scene.back_up(0).unwrap();
    fs::remove_file(scene.one(&hex(lost.as_bytes()))).unwrap();
    let to = TempDir::new().unwrap();
    let found = restored(&scene.target(), &scene.identities, to.path(), true).unwrap();
    assert_eq!((found.blobs, found.troubles.len()), (1, 1));
}

#[test]
fn a_blob_that_the_relay_has_damaged_is_not_backed_up_as_a_good_one() {
    let scene = Scene::new();
    let good = scene.data.blob(b"the first");
    scene.back_up(0).unwrap();
    // The earlier backup has it as it was.
    flip(&scene.data.file(&good), 0);
    let bad = scene.data.blob(b"the other");
    flip(&scene.data.file(&bad), 0);
    let made = scene.back_up(1).unwrap();
    assert_eq!(made.absent, [hex(bad.as_bytes())]);
    let to = TempDir::new().unwrap();
    assert_eq!(scene.restore(to.path()).unwrap().blobs, 1);
}

#[test]
fn a_folder_that_is_used_or_half_restored_is_refused() {
    let scene = Scene::new();
    scene.back_up(0).unwrap();
    let used = scene.restore(scene.data.path()).unwrap_err();
    assert!(used.to_string().contains("is not empty"), "{used}");
    let piece = scene.one("database/0001");
    fs::remove_file(piece).unwrap();
    let to = TempDir::new().unwrap();
    assert!(scene.restore(to.path()).is_err());
    let start = Storage::in_folder(to.path(), Durability::ProcessOnly);
    assert!(matches!(start, Err(OpenError::HalfRestored(_))));
}

#[test]
fn two_at_once_and_two_relays_in_one_place_are_refused() {
    let scene = Scene::new();
    scene.back_up(0).unwrap();
    let lock = Lock::take(scene.data.path()).unwrap();
    assert!(matches!(scene.back_up(1), Err(BackupError::Busy)));
    drop(lock);
    scene.back_up(1).unwrap();
    let other = Data::new();
    other.setting(SEAL, &[8; 32]);
    let refused = back_up(&other, &scene.target(), &scene.recipients, NOW);
    assert!(matches!(refused, Err(BackupError::OtherRelay { .. })));
}

/// A place that fails from some write on: full, or gone.
struct Failing {
    folder: Folder,
    left: AtomicUsize,
    is_full: bool,
}

impl Failing {
    fn after(folder: Folder, writes: usize, is_full: bool) -> Self {
        Self {
            folder,
            left: AtomicUsize::new(writes),
            is_full,
        }
    }
}

impl Target for Failing {
    fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), TargetError> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(if self.is_full {
                TargetError::Full("the place".to_owned())
            } else {
                TargetError::File(name.into(), std::io::Error::other("unplugged"))
            });
        }
        self.left.store(left - 1, Ordering::Relaxed);
        self.folder.put(name, bytes)
    }

    fn get(&self, name: &str, at_most: usize) -> Result<Option<Vec<u8>>, TargetError> {
        self.folder.get(name, at_most)
    }

    fn list(&self, folder: &str) -> Result<Vec<Stored>, TargetError> {
        self.folder.list(folder)
    }

    fn remove(&self, name: &str) -> Result<(), TargetError> {
        self.folder.remove(name)
    }

    fn tidy(&self) -> Result<(), TargetError> {
        self.folder.tidy()
    }
}

#[test]
fn whatever_cuts_it_off_the_last_good_one_stays_and_nothing_else_looks_whole() {
    let scene = Scene::new();
    scene.data.blob(b"the first");
    let good = scene.back_up(0).unwrap();
    scene.data.blob(b"the second");
    scene.data.blob(b"the third");
    let mut failures = 0;
    for writes in 0.. {
        let failing = Failing::after(scene.target(), writes, writes % 2 == 0);
        let now = NOW + DAY + u64::try_from(writes).unwrap();
        match back_up(&scene.data, &failing, &scene.recipients, now) {
            Ok(made) => {
                assert_ne!(made.id, good.id);
                break;
            }
            Err(error) => {
                failures += 1;
                let text = error.to_string();
                assert!(
                    text.contains("full") || text.contains("unplugged"),
                    "{text}"
                );
                assert_eq!(
                    read::all(&scene.target()).unwrap(),
                    std::slice::from_ref(&good.id)
                );
                let to = TempDir::new().unwrap();
                assert_eq!(scene.restore(to.path()).unwrap().blobs, 1);
            }
        }
    }
    assert!(failures >= 5, "{failures}");
    let to = TempDir::new().unwrap();
    assert_eq!(scene.restore(to.path()).unwrap().blobs, 3);
}
