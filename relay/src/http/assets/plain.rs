//! Files for a client that takes no brotli: unpacked once, and kept.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;

/// As many as the app has files; empty unless such a client comes.
static UNPACKED: Mutex<BTreeMap<String, Bytes>> = Mutex::new(BTreeMap::new());

/// The content of a file whose brotli form (RFC 7932) this is. `None`: it is damaged.
pub(super) fn of(path: &str, compressed: &[u8]) -> Option<Bytes> {
    let mut unpacked = UNPACKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(content) = unpacked.get(path) {
        return Some(content.clone());
    }
    let mut content = Vec::new();
    brotli_decompressor::BrotliDecompress(&mut &*compressed, &mut content).ok()?;
    let content = Bytes::from(content);
    unpacked.insert(path.to_owned(), content.clone());
    Some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_gives_nothing() {
        assert_eq!(of("damaged.wasm", &[0xff; 8]), None);
    }

    #[test]
    fn what_was_packed_comes_out() {
        // What Node.js makes of three letters.
        let packed = [0x0b, 0x01, 0x80, b'a', b'b', b'c', 0x03];
        for _ in 0..2 {
            assert_eq!(of("three.wasm", &packed).as_deref(), Some(&b"abc"[..]));
        }
    }
}
