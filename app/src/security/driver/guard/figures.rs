//! The figures of the security details: what two people compare to know that they see the same.

use leptos::prelude::Set;
use parley_client::Engine;

use crate::driver::convert::hex;
use crate::security::store::{Security, SecurityStore};

/// Shows hashes.
pub(super) fn show(engine: &Engine, store: SecurityStore) {
    store.figures.set(Security {
        genesis: hex(engine.genesis().as_bytes()),
        log_head: hex(engine.community().head().hash.as_bytes()),
    });
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
    use super::in_groups;
    use crate::driver::convert::hex;

    #[test]
    fn a_key_is_read_in_groups_of_four() {
        assert_eq!(
            in_groups(&hex(&[0x00, 0xff, 0x1a, 0xb2, 0x3c])),
            "00ff 1ab2 3c"
        );
    }
}
