//! The cipher by a second implementation, so that what browsers seal stays what every client opens.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use parley_protocol::keys::Hash;

use crate::file::{Chunks, FileKey, SEAL_BYTES};

fn seal(key: &FileKey, cut: Chunks, index: u32, plain: &[u8]) -> Vec<u8> {
    let cipher = Aes256Gcm::new_from_slice(key.as_bytes()).unwrap();
    let aad = cut.bound_to(index);
    let payload = Payload {
        msg: plain,
        aad: &aad,
    };
    cipher
        .encrypt(&Nonce::from(Chunks::nonce(index)), payload)
        .unwrap()
}

fn open(key: &FileKey, cut: Chunks, index: u32, sealed: &[u8]) -> Option<Vec<u8>> {
    let cipher = Aes256Gcm::new_from_slice(key.as_bytes()).unwrap();
    let aad = cut.bound_to(index);
    let payload = Payload {
        msg: sealed,
        aad: &aad,
    };
    cipher
        .decrypt(&Nonce::from(Chunks::nonce(index)), payload)
        .ok()
}

#[test]
fn a_chunk_opens_in_its_place_and_nowhere_else() {
    let key = FileKey::from_bytes([9; 32]);
    let cut = Chunks::new(3, 1);
    let sealed = seal(&key, cut, 1, b"b");
    assert_eq!(sealed.len(), 1 + usize::try_from(SEAL_BYTES).unwrap());
    assert_eq!(open(&key, cut, 1, &sealed).unwrap(), b"b");
    assert_eq!(open(&key, cut, 0, &sealed), None);
    assert_eq!(open(&key, Chunks::new(2, 1), 1, &sealed), None);
    assert_eq!(open(&FileKey::from_bytes([8; 32]), cut, 1, &sealed), None);
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert_eq!(open(&key, cut, 1, &changed), None, "{place}");
    }
}

/// `playwright/files.spec.ts` has the browser make the same bytes.
#[test]
fn the_bytes_are_the_same_everywhere() {
    let key = FileKey::from_bytes([9; 32]);
    let cut = Chunks::new(5, 1024 * 1024);
    assert_eq!(cut.bound_to(0), b"parley file 1\0\0\0\x01\0\0\0\0");
    assert_eq!(Chunks::nonce(258), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
    let sealed = seal(&key, cut, 0, b"beans");
    let name = Hash::of(&sealed).to_string();
    assert_eq!(name, "WJwe5SsmID8OPIzuSL6YDKQfQ1-C2ZxBJ9yLgkMza5E");
}
