//! One file on its way here: which of its chunks are wanted, asked for, and here. Pure but for who reads.

use std::collections::VecDeque;
use std::rc::Rc;

use litemap::LiteMap;
use parley_client::file::FileDescription;
use parley_protocol::keys::Hash;

use crate::files::store::FileId;
use crate::platform::blob::Bytes;
use crate::platform::file_views::Reading;

/// A file of a message, with everything that it takes to fetch it.
pub(super) struct Source {
    pub(super) id: FileId,
    pub(super) file: FileDescription,
    pub(super) blobs: Vec<Hash>,
}

/// What is done with it.
pub(super) enum Purpose {
    /// All of it is shown.
    Show,
    /// All of it is saved.
    Save,
    /// Its beginning is looked at; then it can be read at an address of the page.
    Look,
    /// Somebody reads it piece by piece.
    Give {
        reading: Rc<Reading>,
        /// The browser saves it.
        is_saved: bool,
    },
}

/// Chunks that are fetched before they are asked for.
const AHEAD: u32 = 2;

pub(super) struct Reader {
    pub(super) number: u64,
    pub(super) source: Rc<Source>,
    pub(super) purpose: Purpose,
    wanted: VecDeque<u32>,
    asked: Vec<u32>,
    here: LiteMap<u32, Bytes>,
    /// The chunk that somebody waits for.
    due: Option<u32>,
    /// Bytes that came, or were given on.
    done: u64,
}

impl Reader {
    pub(super) fn new(number: u64, source: Rc<Source>, purpose: Purpose) -> Self {
        let wanted = match &purpose {
            Purpose::Show | Purpose::Save => (0..source.file.chunks).collect(),
            Purpose::Look => VecDeque::from([0]),
            Purpose::Give { .. } => VecDeque::new(),
        };
        Self {
            number,
            source,
            purpose,
            wanted,
            asked: Vec::new(),
            here: LiteMap::new(),
            due: None,
            done: 0,
        }
    }

    /// The chunk to fetch next.
    pub(super) fn next(&mut self) -> Option<u32> {
        let chunk = self.wanted.pop_front()?;
        self.asked.push(chunk);
        Some(chunk)
    }

    /// A chunk is fetched again.
    pub(super) fn lose(&mut self, chunk: u32) {
        self.asked.retain(|it| *it != chunk);
        self.wanted.push_front(chunk);
    }

    /// A chunk came.
    pub(super) fn take(&mut self, chunk: u32, bytes: Bytes) {
        self.asked.retain(|it| *it != chunk);
        if !matches!(self.purpose, Purpose::Give { .. }) {
            self.done += self.bytes_of(chunk);
        }
        self.here.insert(chunk, bytes);
        self.give();
    }

    /// Somebody waits for a chunk, and reads on from there most likely.
    pub(super) fn want(&mut self, chunk: u32) {
        self.due = Some(chunk);
        let soon = chunk..=chunk.saturating_add(AHEAD);
        self.here.retain(|it, _| soon.contains(it));
        self.wanted.clear();
        for wanted in soon.take_while(|it| *it < self.source.file.chunks) {
            if !self.here.contains_key(&wanted) && !self.asked.contains(&wanted) {
                self.wanted.push_back(wanted);
            }
        }
        self.give();
    }

    fn give(&mut self) {
        let Purpose::Give { reading, .. } = &self.purpose else {
            return;
        };
        if let Some(chunk) = self.due
            && let Some(bytes) = self.here.remove(&chunk)
        {
            reading.give(&bytes);
            self.due = None;
            self.done += self.bytes_of(chunk);
        }
    }

    fn bytes_of(&self, chunk: u32) -> u64 {
        let range = self.source.file.cut().range(chunk);
        range.end - range.start
    }

    /// All chunks in their order, once they are here.
    pub(super) fn whole(&self) -> Option<Vec<Bytes>> {
        let chunks = 0..self.source.file.chunks;
        chunks.map(|chunk| self.here.get(&chunk).cloned()).collect()
    }

    /// The first chunk, once it is here.
    pub(super) fn first(&self) -> Option<&Bytes> {
        self.here.get(&0)
    }

    /// Bytes that came, and of all of it.
    pub(super) fn progress(&self) -> (u64, u64) {
        (self.done, self.source.file.size)
    }
}
