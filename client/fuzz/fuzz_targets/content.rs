//! What stands inside ciphertexts: any lines as the messages of a channel, and what people did with them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(lines) = std::str::from_utf8(bytes) {
        parley_client::content::any_channel::look_at(lines);
    }
});
