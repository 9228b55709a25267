//! The outer form of a Megolm message (the Megolm specification, "Message format"): a version, the index and the
//! ciphertext as in Protocol Buffers, a MAC of 8 bytes, an Ed25519 signature over all of it. The index is no secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::keys::{Ed25519PublicKey, SessionId, Signature};

const VERSION: u8 = 3;
const INDEX_TAG: u8 = 0x08;
const CIPHERTEXT_TAG: u8 = 0x12;
const MAC_LENGTH: usize = 8;

/// The index in a message, in base64, that the session's key signed. `None` if it is not a message of the session in
/// its one usual encoding.
pub fn signed_index(session: &SessionId, ciphertext: &str) -> Option<u32> {
    let bytes = STANDARD_NO_PAD.decode(ciphertext).ok()?;
    let (signed, signature) = bytes.split_last_chunk::<{ Signature::LENGTH }>()?;
    let index = index_in(signed)?;
    Ed25519PublicKey::from_bytes(*session.as_bytes())
        .verify(signed, &Signature::from_bytes(*signature))
        .ok()?;
    Some(index)
}

fn index_in(signed: &[u8]) -> Option<u32> {
    let (payload, _mac) = signed.split_last_chunk::<MAC_LENGTH>()?;
    let rest = payload.strip_prefix(&[VERSION, INDEX_TAG])?;
    let (index, rest) = varint(rest)?;
    let (length, ciphertext) = varint(rest.strip_prefix(&[CIPHERTEXT_TAG])?)?;
    (usize::try_from(length).ok()? == ciphertext.len()).then_some(index)
}

/// Seven bits per byte, the lowest first; the highest bit says that more follow. Only the shortest form counts.
fn varint(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut value: u64 = 0;
    let mut rest = bytes;
    for shift in (0..u32::BITS).step_by(7) {
        let (byte, after) = rest.split_first()?;
        value |= u64::from(byte & 0x7f) << shift;
        rest = after;
        if byte & 0x80 == 0 {
            let is_shortest = *byte != 0 || shift == 0;
            return Some((u32::try_from(value).ok()?, rest)).filter(|_| is_shortest);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    fn sealed(payload: &[u8]) -> (SessionId, Vec<u8>) {
        let key = SigningKey::from_bytes(&[7; 32]);
        let mut bytes = payload.to_vec();
        bytes.extend_from_slice(&[9; MAC_LENGTH]);
        let signature = key.sign(&bytes).to_bytes();
        bytes.extend_from_slice(&signature);
        let session = SessionId::from_bytes(key.verifying_key().to_bytes());
        (session, bytes)
    }

    fn index_of(payload: &[u8]) -> Option<u32> {
        let (session, bytes) = sealed(payload);
        signed_index(&session, &STANDARD_NO_PAD.encode(bytes))
    }

    #[test]
    fn the_index_is_found() {
        assert_eq!(index_of(&[3, 0x08, 0, 0x12, 2, 1, 1]), Some(0));
        assert_eq!(index_of(&[3, 0x08, 99, 0x12, 0]), Some(99));
        assert_eq!(index_of(&[3, 0x08, 0xac, 0x02, 0x12, 1, 7]), Some(300));
        let most = [3, 0x08, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x12, 0];
        assert_eq!(index_of(&most), Some(u32::MAX));
    }

    #[test]
    fn another_encoding_has_none() {
        for payload in [
            &[][..],
            &[3],
            &[4, 0x08, 0, 0x12, 0],
            &[3, 0x12, 0, 0x08, 0],
            &[3, 0x08, 0x80, 0, 0x12, 0],
            &[3, 0x08, 0xff, 0xff, 0xff, 0xff, 0x1f, 0x12, 0],
            &[3, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x12, 0],
            &[3, 0x08, 1, 0x12, 3, 1, 1],
            &[3, 0x08, 1, 0x12, 1, 1, 1],
            &[3, 0x08, 1],
        ] {
            assert_eq!(index_of(payload), None, "{payload:?}");
        }
    }

    #[test]
    fn a_changed_message_has_none() {
        let (session, bytes) = sealed(&[3, 0x08, 5, 0x12, 2, 1, 1]);
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let text = STANDARD_NO_PAD.encode(changed);
            assert_eq!(signed_index(&session, &text), None, "{place}");
        }
        let text = STANDARD_NO_PAD.encode(&bytes);
        assert_eq!(signed_index(&session, &text), Some(5));
        let other = SessionId::from_bytes([1; 32]);
        assert_eq!(signed_index(&other, &text), None);
        assert_eq!(signed_index(&session, "AwgA"), None);
        assert_eq!(signed_index(&session, "no base64!"), None);
    }
}
