//! Keys that are pressed before the part of the program that heeds them is here: held until then, and kept from the
//! browser, which would open its own search.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::listener::Listener;

thread_local! {
    static HOLDING: RefCell<Option<Holding>> = const { RefCell::new(None) };
}

struct Holding {
    _listener: Listener,
    pressed: Rc<RefCell<Option<KeyboardEvent>>>,
}

/// From now on the last press of Control or Command with one of these keys is held.
pub fn hold(keys: &'static [&'static str]) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let pressed = Rc::new(RefCell::new(None));
    let last = Rc::clone(&pressed);
    let listener = Listener::on(&window, "keydown", move |event| {
        let event: KeyboardEvent = event.unchecked_into();
        if (event.ctrl_key() || event.meta_key()) && keys.contains(&event.key().as_str()) {
            event.prevent_default();
            *last.borrow_mut() = Some(event);
        }
    });
    let holding = Holding {
        _listener: listener,
        pressed,
    };
    HOLDING.set(Some(holding));
}

/// Gives out what was held, and holds no more.
pub fn release() -> Option<KeyboardEvent> {
    HOLDING.take()?.pressed.take()
}
