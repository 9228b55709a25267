//! What can be a key: values of a fixed number of bytes that sort as their bytes do.

/// The most bytes that a key has.
const MOST: usize = 64;

/// A value of fixed length. The order of the bytes is that of the values.
pub trait Key: Copy {
    /// Length in bytes, at most 64.
    const LENGTH: usize;

    /// Appends the bytes.
    fn pack(&self, out: &mut KeyBytes);

    /// Takes the bytes off the front.
    fn unpack(bytes: &mut &[u8]) -> Option<Self>;

    /// The bytes.
    fn to_bytes(&self) -> KeyBytes {
        let mut bytes = KeyBytes::new();
        self.pack(&mut bytes);
        bytes
    }
}

/// The bytes of one key.
#[derive(Clone, Copy)]
pub struct KeyBytes {
    bytes: [u8; MOST],
    len: usize,
}

impl KeyBytes {
    const fn new() -> Self {
        Self {
            bytes: [0; MOST],
            len: 0,
        }
    }

    /// Appends a part of the key. What is beyond 64 bytes does not count.
    pub fn push<const N: usize>(&mut self, part: [u8; N]) {
        let end = self.len.saturating_add(N);
        if let Some(free) = self.bytes.get_mut(self.len..end) {
            free.copy_from_slice(&part);
            self.len = end;
        }
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl Key for u64 {
    const LENGTH: usize = 8;

    fn pack(&self, out: &mut KeyBytes) {
        out.push(self.to_be_bytes());
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        let (number, after) = bytes.split_first_chunk()?;
        *bytes = after;
        Some(Self::from_be_bytes(*number))
    }
}

impl<A: Key, B: Key> Key for (A, B) {
    const LENGTH: usize = A::LENGTH + B::LENGTH;

    fn pack(&self, out: &mut KeyBytes) {
        self.0.pack(out);
        self.1.pack(out);
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        Some((A::unpack(bytes)?, B::unpack(bytes)?))
    }
}
