//! The figures of the security details: what two people compare to know that they see the same.

use leptos::prelude::Set;
use parley_client::Engine;

use crate::security::store::{Security, SecurityStore};

/// Shows hashes.
pub(super) fn show(engine: &Engine, store: SecurityStore) {
    store.figures.set(Security {
        genesis: hex(engine.genesis().as_bytes()),
        log_head: hex(engine.community().head().hash.as_bytes()),
    });
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or_default();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Four at a time, as people read figures aloud.
pub(super) fn in_groups(text: &str) -> String {
    let mut grouped = String::with_capacity(text.len() * 5 / 4);
    for (place, letter) in text.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(letter);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::{hex, in_groups};

    #[test]
    fn a_key_is_read_in_groups_of_four() {
        assert_eq!(
            in_groups(&hex(&[0x00, 0xff, 0x1a, 0xb2, 0x3c])),
            "00ff 1ab2 3c"
        );
    }
}
