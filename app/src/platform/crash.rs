//! A fault of the program itself: it stops there, and the page says so (`boot.js`). The console learns where it was, and
//! never what was being handled.

use std::panic;

use web_sys::console;

/// From now on a panic says in the console where it happened.
pub fn report_place() {
    panic::set_hook(Box::new(|panic| {
        if let Some(place) = panic.location() {
            console::error_3(
                &"Parley stopped at".into(),
                &place.file().into(),
                &place.line().into(),
            );
        }
    }));
}
