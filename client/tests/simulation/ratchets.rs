//! Watches every ciphertext on its way to the relay: no key of a ratchet may ever encrypt two plaintexts,
//! whatever crashed in between.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use parley_protocol::frame::{ClientToRelay, Request, decode};
use parley_protocol::ids::DeviceId;
use parley_protocol::mail::OlmCiphertext;
use vodozemac::megolm::MegolmMessage;

#[derive(Debug, Default)]
pub(super) struct Ratchets {
    ciphertext_by_key: HashMap<Vec<u8>, String>,
}

impl Ratchets {
    /// # Panics
    /// If a message key was used before for something else.
    pub(super) fn watch(&mut self, from: DeviceId, text: &str) {
        let Ok(ClientToRelay::Request { request, .. }) = decode(text) else {
            return;
        };
        if let Request::Post { message, .. } = request {
            let parsed = MegolmMessage::from_base64(&message.ciphertext).expect("Megolm");
            let mut key = message.session.as_bytes().to_vec();
            key.extend(parsed.message_index().to_be_bytes());
            self.used(key, message.ciphertext);
        } else if let Request::SendMail { mail, .. } = request {
            for mail in mail {
                let mut key = from.as_bytes().to_vec();
                key.extend(mail.to.as_bytes());
                key.extend(olm_key(&mail.message));
                self.used(key, mail.message.ciphertext);
            }
        }
    }

    fn used(&mut self, key: Vec<u8>, ciphertext: String) {
        let first = self
            .ciphertext_by_key
            .entry(key)
            .or_insert_with(|| ciphertext.clone());
        assert_eq!(*first, ciphertext, "a message key was used twice");
    }
}

/// Ratchet key and chain index of an Olm message: everything in it before the ciphertext.
fn olm_key(message: &OlmCiphertext) -> Vec<u8> {
    let bytes = STANDARD_NO_PAD.decode(&message.ciphertext).expect("base64");
    if message.message_type == 0 {
        let inner = field(&bytes, 4).expect("a pre-key message holds a message");
        before_ciphertext(inner)
    } else {
        before_ciphertext(&bytes)
    }
}

fn before_ciphertext(message: &[u8]) -> Vec<u8> {
    let ciphertext = field(message, 4).expect("an Olm message holds a ciphertext");
    let end = ciphertext.as_ptr() as usize - message.as_ptr() as usize;
    message[..end - 2].to_vec()
}

/// A field of bytes in a protobuf message that has its version in front.
fn field(message: &[u8], wanted: u64) -> Option<&[u8]> {
    let mut rest = message.get(1..)?;
    loop {
        let (tag, after) = varint(rest)?;
        let (number, after) = varint(after)?;
        match tag & 7 {
            0 => rest = after,
            2 => {
                let (bytes, next) = after.split_at_checked(usize::try_from(number).ok()?)?;
                if tag >> 3 == wanted {
                    return Some(bytes);
                }
                rest = next;
            }
            _ => return None,
        }
    }
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (place, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[place + 1..]));
        }
    }
    None
}
