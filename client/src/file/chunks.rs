//! How a file is cut into chunks, and with what each is sealed: AES-256-GCM (NIST SP 800-38D) under the file's key,
//! with the chunk's number as the nonce. The chunk's number and how many there are stand in the additional data, so
//! that none can be left out, repeated or moved. The cipher itself is the browser's.

use std::ops::Range;

use parley_protocol::limits::CHUNK_BYTES_LEAST;

/// Bytes of a chunk, smallest first.
pub(super) const SIZES: [u32; 3] = [
    CHUNK_BYTES_LEAST,
    2 * CHUNK_BYTES_LEAST,
    4 * CHUNK_BYTES_LEAST,
];
/// Chunks that the files of one message are kept within while there are larger ones.
const WANTED_CHUNKS: u64 = 512;
/// Bytes by which a sealed chunk is longer: the tag.
pub const SEAL_BYTES: u32 = 16;
const LABEL: &[u8; 13] = b"parley file 1";

/// A file's chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunks {
    size: u64,
    chunk_bytes: u32,
}

impl Chunks {
    /// Of a file with that many bytes.
    pub fn new(size: u64, chunk_bytes: u32) -> Self {
        let chunk_bytes = chunk_bytes.max(1);
        Self { size, chunk_bytes }
    }

    /// How many there are. An empty file has one, so that it is sealed like others.
    pub fn count(self) -> u32 {
        let count = self.size.div_ceil(u64::from(self.chunk_bytes)).max(1);
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Where in the file a chunk stands. Empty beyond the end.
    pub fn range(self, index: u32) -> Range<u64> {
        let chunk_bytes = u64::from(self.chunk_bytes);
        let start = u64::from(index).saturating_mul(chunk_bytes).min(self.size);
        start..start.saturating_add(chunk_bytes).min(self.size)
    }

    /// Bytes of a sealed chunk.
    pub fn sealed_bytes(self, index: u32) -> u64 {
        let range = self.range(index);
        range.end - range.start + u64::from(SEAL_BYTES)
    }

    /// Bytes of all sealed chunks.
    pub fn all_sealed_bytes(self) -> u64 {
        self.size + u64::from(self.count()) * u64::from(SEAL_BYTES)
    }

    /// The nonce of a chunk.
    pub fn nonce(index: u32) -> [u8; 12] {
        let mut nonce = [0; 12];
        if let Some(end) = nonce.last_chunk_mut() {
            *end = index.to_be_bytes();
        }
        nonce
    }

    /// The additional data of a chunk.
    pub fn bound_to(self, index: u32) -> Vec<u8> {
        let mut data = LABEL.to_vec();
        data.extend_from_slice(&self.count().to_be_bytes());
        data.extend_from_slice(&index.to_be_bytes());
        data
    }
}

/// Bytes of the chunks of all files of a message, by the files' sizes.
pub fn chunk_bytes_for(sizes: &[u64]) -> u32 {
    let count = |bytes: u32| {
        let counts = sizes.iter().map(|size| Chunks::new(*size, bytes).count());
        counts.map(u64::from).sum::<u64>()
    };
    let fits = |bytes: &u32| count(*bytes) <= WANTED_CHUNKS;
    let [.., largest] = SIZES;
    SIZES.into_iter().find(fits).unwrap_or(largest)
}
