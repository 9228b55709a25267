//! Keys that are pressed before the part of the program that heeds them is here: held until then, and kept from the
//! browser, which would open its own search.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::listener::Listener;

thread_local! {
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
    static PRESSED: RefCell<Option<KeyboardEvent>> = const { RefCell::new(None) };
}

/// From now on the last press of Control or Command with one of these keys is held.
pub fn hold(keys: &'static [&'static str]) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let listener = Listener::on(&window, "keydown", move |event| {
        let event: KeyboardEvent = event.unchecked_into();
        if (event.ctrl_key() || event.meta_key()) && keys.contains(&event.key().as_str()) {
            event.prevent_default();
            PRESSED.set(Some(event));
        }
    });
    LISTENER.set(Some(listener));
}

/// Gives out what was held, and holds no more.
pub fn release() -> Option<KeyboardEvent> {
    drop(LISTENER.take());
    PRESSED.take()
}
