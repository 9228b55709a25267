//! The folder of blobs: `ab/<hash>` in hexadecimal for each, and `incoming/` for those that are still arriving. No
//! database, no async.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parley_protocol::keys::Hash;
use sha2::{Digest as _, Sha256};

use super::disk::Disk;
use crate::hex::hex;
use crate::storage::Durability;

/// Bytes of the disk that files leave to the database: with less, messages would be refused for the sake of pictures.
const LEFT_FREE: u64 = 256 * 1024 * 1024;
const INCOMING: &str = "incoming";
/// Folders of the first byte of a hash.
pub(crate) const FOLDERS: std::ops::RangeInclusive<u8> = 0..=u8::MAX;

pub(crate) struct BlobFiles {
    folder: PathBuf,
    durability: Durability,
    disk: Arc<dyn Disk>,
    next: AtomicU64,
    /// Bytes of all that is arriving, as far as they were announced.
    arriving: Arc<AtomicU64>,
}

/// A blob that is arriving. Dropped before it is placed, it leaves nothing.
pub(crate) struct Incoming {
    path: PathBuf,
    file: File,
    disk: Arc<dyn Disk>,
    hasher: Sha256,
    bytes: u64,
    is_placed: bool,
    _room: Room,
}

/// Room on the disk that one blob was promised, until it is dropped.
struct Room {
    arriving: Arc<AtomicU64>,
    bytes: u64,
}

impl Room {
    /// Takes room, and gives how much all have taken by then.
    fn take(arriving: &Arc<AtomicU64>, bytes: u64) -> (Self, u64) {
        let before = arriving.fetch_add(bytes, Ordering::Relaxed);
        let room = Self {
            arriving: Arc::clone(arriving),
            bytes,
        };
        (room, before.saturating_add(bytes))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.arriving.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl BlobFiles {
    /// The blobs of a data folder. Nothing is created before the first one arrives; what was arriving when the relay
    /// ended is removed.
    pub(crate) fn of(data: &Path, durability: Durability, disk: Arc<dyn Disk>) -> io::Result<Self> {
        let folder = data.join("blobs");
        match fs::remove_dir_all(folder.join(INCOMING)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) | Ok(()) => {}
        }
        Ok(Self {
            folder,
            durability,
            disk,
            next: AtomicU64::new(0),
            arriving: Arc::default(),
        })
    }

    /// Bytes that the relay may still write where its blobs are.
    pub(crate) fn free(&self) -> io::Result<u64> {
        let exists = self.folder.is_dir();
        let folder = if exists {
            Some(&*self.folder)
        } else {
            self.folder.parent()
        };
        self.disk.free(folder.unwrap_or(&self.folder))
    }

    /// Begins to write a blob, if the disk has room for this many bytes beside all that is arriving.
    pub(crate) fn begin(&self, bytes: u64) -> io::Result<Incoming> {
        let folder = self.folder.join(INCOMING);
        make_folder(&folder)?;
        let (room, arriving) = Room::take(&self.arriving, bytes);
        if self.disk.free(&folder)? < arriving.saturating_add(LEFT_FREE) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(number.to_string());
        Ok(Incoming {
            file: File::create_new(&path)?,
            path,
            disk: Arc::clone(&self.disk),
            hasher: Sha256::new(),
            bytes: 0,
            is_placed: false,
            _room: room,
        })
    }

    /// Moves a blob that has arrived as a whole to its place. When this returns, it survives a power cut.
    pub(crate) fn place(&self, mut incoming: Incoming, hash: &Hash) -> io::Result<()> {
        let place = self.place_of(hash);
        let folder = self.folder_of(hash);
        let is_new = make_folder(&folder)?;
        fs::rename(&incoming.path, &place)?;
        incoming.is_placed = true;
        self.sync_folder(&folder)?;
        if is_new {
            self.sync_folder(&self.folder)?;
            // Of the first blob, the folder of all blobs is new, too.
            if let Some(data) = self.folder.parent() {
                self.sync_folder(data)?;
            }
        }
        Ok(())
    }

    /// Makes the bytes of a blob durable, before it is placed.
    pub(crate) fn sync(&self, incoming: &Incoming) -> io::Result<()> {
        match self.durability {
            Durability::Full => incoming.file.sync_all(),
            Durability::ProcessOnly => Ok(()),
        }
    }

    /// A blob's file and its length. `None` if there is none.
    pub(crate) fn open(&self, hash: &Hash) -> io::Result<Option<(File, u64)>> {
        match File::open(self.place_of(hash)) {
            Ok(file) => {
                let bytes = file.metadata()?.len();
                Ok(Some((file, bytes)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether there is a file of this length.
    pub(crate) fn has(&self, hash: &Hash, bytes: u64) -> bool {
        let found = fs::metadata(self.place_of(hash));
        found.is_ok_and(|found| found.is_file() && found.len() == bytes)
    }

    /// Removes a blob's file, if there is one.
    pub(crate) fn remove(&self, hash: &Hash) -> io::Result<()> {
        match fs::remove_file(self.place_of(hash)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Err(_) | Ok(()) => Ok(()),
        }
    }

    /// The hashes of the files whose hash begins with a byte. Files with other names are left alone.
    pub(crate) fn beginning_with(&self, first: u8) -> io::Result<Vec<Hash>> {
        let entries = match fs::read_dir(self.folder.join(hex(&[first]))) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut hashes = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            hashes.extend(name.to_str().and_then(from_hex));
        }
        Ok(hashes)
    }

    fn folder_of(&self, hash: &Hash) -> PathBuf {
        let [first, ..] = hash.as_bytes();
        self.folder.join(hex(&[*first]))
    }

    /// Made of the hash's bytes, so nothing that a request says is part of a path.
    fn place_of(&self, hash: &Hash) -> PathBuf {
        self.folder_of(hash).join(hex(hash.as_bytes()))
    }

    #[cfg(unix)]
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        match self.durability {
            Durability::Full => File::open(folder)?.sync_all(),
            Durability::ProcessOnly => Ok(()),
        }
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "folders cannot be synced elsewhere")]
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

impl Incoming {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.disk.write(&mut self.file, bytes)?;
        self.hasher.update(bytes);
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(count);
        Ok(())
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The hash of everything that was written.
    pub(crate) fn hash(&self) -> Hash {
        Hash::from_bytes(self.hasher.clone().finalize().into())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.is_placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Reads the next piece of a file, at most as long as the buffer, which is shortened to it.
pub(crate) fn read_piece(file: &mut File, mut piece: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut filled = 0;
    while let Some(rest) = piece.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            read => filled = filled.saturating_add(read),
        }
    }
    piece.truncate(filled);
    Ok(piece)
}

/// Whether the folder is new.
fn make_folder(folder: &Path) -> io::Result<bool> {
    if folder.is_dir() {
        return Ok(false);
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    Ok(true)
}

fn from_hex(text: &str) -> Option<Hash> {
    let mut hash = [0; Hash::LENGTH];
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    if pairs.len() != hash.len() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(pairs) {
        let pair = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    let hash = Hash::from_bytes(hash);
    (hex(hash.as_bytes()) == text).then_some(hash)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::blobs::disk::SystemDisk;

    fn files(data: &TempDir) -> BlobFiles {
        BlobFiles::of(data.path(), Durability::Full, Arc::new(SystemDisk)).unwrap()
    }

    #[test]
    fn a_blob_stands_under_its_hash() {
        let data = TempDir::new().unwrap();
        let files = files(&data);
        let mut incoming = files.begin(3).unwrap();
        incoming.write(b"a").unwrap();
        incoming.write(b"bc").unwrap();
        let hash = incoming.hash();
        assert_eq!((hash, incoming.bytes()), (Hash::of(b"abc"), 3));
        files.sync(&incoming).unwrap();
        files.place(incoming, &hash).unwrap();
        let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let place = data.path().join("blobs/ba").join(name);
        assert_eq!(fs::read(place).unwrap(), b"abc");
        assert!(files.has(&hash, 3) && !files.has(&hash, 4));
        assert_eq!(files.beginning_with(0xba).unwrap(), [hash]);
        files.remove(&hash).unwrap();
        assert!(files.open(&hash).unwrap().is_none());
        files.remove(&hash).unwrap();
    }

    #[test]
    fn what_does_not_arrive_leaves_nothing() {
        let data = TempDir::new().unwrap();
        let files = files(&data);
        let mut incoming = files.begin(100).unwrap();
        incoming.write(b"half").unwrap();
        let path = incoming.path.clone();
        drop(incoming);
        assert!(!path.exists());
        // The relay is killed.
        std::mem::forget(files.begin(100).unwrap());
        assert_eq!(
            fs::read_dir(data.path().join("blobs/incoming"))
                .unwrap()
                .count(),
            1
        );
        let _after = self::files(&data);
        assert!(!data.path().join("blobs/incoming").exists());
    }

    #[test]
    fn what_is_arriving_takes_room_until_it_is_there() {
        struct Small;
        impl Disk for Small {
            fn write(&self, _: &mut File, _: &[u8]) -> io::Result<()> {
                Ok(())
            }
            fn free(&self, _: &Path) -> io::Result<u64> {
                Ok(LEFT_FREE + 10)
            }
        }
        let data = TempDir::new().unwrap();
        let files = BlobFiles::of(data.path(), Durability::Full, Arc::new(Small)).unwrap();
        let first = files.begin(6).unwrap();
        let refused = files.begin(6).err().unwrap();
        assert_eq!(refused.kind(), io::ErrorKind::StorageFull);
        let second = files.begin(4).unwrap();
        drop((first, second));
        assert!(files.begin(10).is_ok());
    }

    #[test]
    fn only_names_that_are_hashes_are_listed() {
        let data = TempDir::new().unwrap();
        let folder = data.path().join("blobs/00");
        fs::create_dir_all(&folder).unwrap();
        let hash = "00".repeat(32);
        for name in [
            hash.as_str(),
            "00",
            "notes.txt",
            &"0G".repeat(32),
            &"+0".repeat(32),
        ] {
            fs::write(folder.join(name), "x").unwrap();
        }
        let found = files(&data).beginning_with(0).unwrap();
        assert_eq!(found, [Hash::from_bytes([0; 32])]);
    }
}
