//! The formatting of messages: no text panics, and none is looked at again and again.
#![no_main]

#[path = "../../src/timeline"]
mod timeline {
    pub mod markup;
}

use libfuzzer_sys::fuzz_target;
use timeline::markup;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let steps = markup::steps(text);
    assert!(
        steps <= markup::MAX_STEPS_PER_BYTE * (text.len() + 100),
        "{steps} steps for {} bytes",
        text.len()
    );
});
