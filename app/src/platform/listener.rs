//! An event listener that goes away when it is dropped. Only for the other files of `platform`.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

/// Listens as long as it is held.
pub(super) struct Listener {
    target: EventTarget,
    name: &'static str,
    /// Before the elements of the page hear of it.
    is_first: bool,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `act` at each event of that name.
    pub(super) fn on(
        target: &EventTarget,
        name: &'static str,
        act: impl FnMut(Event) + 'static,
    ) -> Self {
        Self::listen(target, name, false, Box::new(act))
    }

    /// The same before any element of the page hears of it.
    pub(super) fn first(
        target: &EventTarget,
        name: &'static str,
        act: impl FnMut(Event) + 'static,
    ) -> Self {
        Self::listen(target, name, true, Box::new(act))
    }

    fn listen(
        target: &EventTarget,
        name: &'static str,
        is_first: bool,
        act: Box<dyn FnMut(Event)>,
    ) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::wrap(act);
        // Fails only for a target that is no event target.
        target
            .add_event_listener_with_callback_and_bool(
                name,
                closure.as_ref().unchecked_ref(),
                is_first,
            )
            .ok();
        Self {
            target: target.clone(),
            name,
            is_first,
            closure,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.target
            .remove_event_listener_with_callback_and_bool(
                self.name,
                self.closure.as_ref().unchecked_ref(),
                self.is_first,
            )
            .ok();
    }
}
