//! How far the files of one message are on their way: which chunk is sealed or sent next, and what is left. Pure.
//! Each chunk is sealed once, into the spool; from there it is sent as often as it takes.

use parley_client::file::Chunks;
use parley_protocol::keys::Hash;

use crate::driver::convert::hex;

/// A chunk of one of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    pub file: usize,
    pub chunk: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Plain,
    Sealing,
    /// In the spool. `ask`: the relay may have it already.
    Sealed {
        hash: Hash,
        ask: bool,
    },
    Sending(Hash),
    Up(Hash),
}

/// A file, as the job needs it.
struct OfFile {
    /// By which its chunks are known in the spool, whatever becomes of the others.
    tag: String,
    cut: Chunks,
    pieces: Vec<Piece>,
    is_dropped: bool,
}

pub struct Job {
    files: Vec<OfFile>,
}

impl Job {
    /// Nothing is done yet. Each file has a tag, which no other one has.
    pub fn new(files: impl IntoIterator<Item = (String, Chunks)>) -> Self {
        let file = |(tag, cut): (String, Chunks)| OfFile {
            tag,
            pieces: (0..cut.count()).map(|_| Piece::Plain).collect(),
            cut,
            is_dropped: false,
        };
        Self {
            files: files.into_iter().map(file).collect(),
        }
    }

    /// A file does not go along. The others keep their places.
    pub fn drop_file(&mut self, file: usize) {
        if let Some(file) = self.files.get_mut(file) {
            file.is_dropped = true;
            file.pieces = Vec::new();
        }
    }

    /// The relay has all of it, as for a message that is forwarded.
    pub fn done(files: impl IntoIterator<Item = (String, Chunks)>, blobs: &[Hash]) -> Self {
        let mut job = Self::new(files);
        let pieces = job.files.iter_mut().flat_map(|file| &mut file.pieces);
        for (piece, blob) in pieces.zip(blobs) {
            *piece = Piece::Up(*blob);
        }
        job
    }

    /// Takes what is in the spool from before, by its name and its bytes. What was not written to its end is not there.
    pub fn take_found(&mut self, name: &str, bytes: u64) {
        let Some((at, hash)) = self.read_name(name) else {
            return;
        };
        let Some(file) = self.files.get(at.file) else {
            return;
        };
        if file.cut.sealed_bytes(at.chunk) == bytes {
            self.set(at, Piece::Sealed { hash, ask: true });
        }
    }

    /// What is to be sealed next, in order and one after the other.
    pub fn next_to_seal(&mut self) -> Option<At> {
        if self.pieces().any(|(_, piece)| piece == Piece::Sealing) {
            return None;
        }
        let mut pieces = self.pieces();
        let (at, _) = pieces.find(|(_, piece)| *piece == Piece::Plain)?;
        drop(pieces);
        self.set(at, Piece::Sealing);
        Some(at)
    }

    pub fn sealed(&mut self, at: At, hash: Hash) {
        self.set(at, Piece::Sealed { hash, ask: false });
    }

    /// It was not sealed, or is not in the spool any more.
    pub fn not_sealed(&mut self, at: At) {
        self.set(at, Piece::Plain);
    }

    /// What is to be sent next, and whether the relay may have it already.
    pub fn next_to_send(&mut self) -> Option<(At, Hash, bool)> {
        let mut pieces = self.pieces();
        let found = pieces.find_map(|(at, piece)| match piece {
            Piece::Sealed { hash, ask } => Some((at, hash, ask)),
            Piece::Plain | Piece::Sealing | Piece::Sending(_) | Piece::Up(_) => None,
        });
        drop(pieces);
        let (at, hash, _) = found?;
        self.set(at, Piece::Sending(hash));
        found
    }

    pub fn sent(&mut self, at: At) {
        if let Some(Piece::Sending(hash)) = self.piece(at) {
            self.set(at, Piece::Up(hash));
        }
    }

    /// It may have arrived, or not.
    pub fn not_sent(&mut self, at: At) {
        if let Some(Piece::Sending(hash)) = self.piece(at) {
            self.set(at, Piece::Sealed { hash, ask: true });
        }
    }

    /// The relay has none of it, or not all.
    pub fn send_again(&mut self) {
        for file in &mut self.files {
            for piece in &mut file.pieces {
                if let Piece::Up(hash) = *piece {
                    *piece = Piece::Sealed { hash, ask: true };
                }
            }
        }
    }

    /// Bytes of a file that the relay has, and of all of it, as sealed.
    pub fn progress(&self, file: usize) -> (u64, u64) {
        let Some(file) = self.files.get(file) else {
            return (0, 0);
        };
        let up = (0..).zip(&file.pieces);
        let up = up.filter(|(_, piece)| matches!(piece, Piece::Up(_)));
        let done = up.map(|(chunk, _)| file.cut.sealed_bytes(chunk)).sum();
        (done, file.cut.all_sealed_bytes())
    }

    /// The blobs of each file that goes along, once all of them are at the relay.
    pub fn blobs(&self) -> Option<Vec<Vec<Hash>>> {
        let up = |piece: &Piece| match piece {
            Piece::Up(hash) => Some(*hash),
            Piece::Plain | Piece::Sealing | Piece::Sealed { .. } | Piece::Sending(_) => None,
        };
        let files = self.files.iter().filter(|file| !file.is_dropped);
        files
            .map(|file| file.pieces.iter().map(up).collect())
            .collect()
    }

    /// Whether something of a file is not in the spool yet.
    pub fn needs(&self, file: usize) -> bool {
        let found = self.files.get(file);
        found.is_some_and(|file| {
            let mut pieces = file.pieces.iter();
            pieces.any(|piece| matches!(piece, Piece::Plain | Piece::Sealing))
        })
    }

    /// What a chunk is called in the spool before its hash.
    pub fn name(&self, at: At) -> String {
        let tag = self.files.get(at.file).map(|file| file.tag.as_str());
        format!("{}.{}", tag.unwrap_or_default(), at.chunk)
    }

    /// What it is called with its hash, in letters that no file system takes for others.
    pub fn full_name(&self, at: At, hash: Hash) -> String {
        format!("{}.{}", self.name(at), hex(hash.as_bytes()))
    }

    fn read_name(&self, name: &str) -> Option<(At, Hash)> {
        let mut parts = name.split('.');
        let (tag, chunk, digits) = (parts.next()?, parts.next()?, parts.next()?);
        let at = At {
            file: self.files.iter().position(|file| file.tag == tag)?,
            chunk: chunk.parse().ok()?,
        };
        let mut bytes = [0; Hash::LENGTH];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        let hash = Hash::from_bytes(bytes);
        (self.full_name(at, hash) == name).then_some((at, hash))
    }

    fn pieces(&self) -> impl Iterator<Item = (At, Piece)> {
        self.files.iter().enumerate().flat_map(|(file, of_file)| {
            let pieces = (0..).zip(&of_file.pieces);
            pieces.map(move |(chunk, piece)| (At { file, chunk }, *piece))
        })
    }

    fn piece(&self, at: At) -> Option<Piece> {
        let file = self.files.get(at.file)?;
        file.pieces.get(usize::try_from(at.chunk).ok()?).copied()
    }

    fn set(&mut self, at: At, to: Piece) {
        let pieces = self.files.get_mut(at.file).map(|file| &mut file.pieces);
        let piece = pieces.and_then(|it| it.get_mut(usize::try_from(at.chunk).ok()?));
        if let Some(piece) = piece {
            *piece = to;
        }
    }
}

#[cfg(test)]
mod tests;
