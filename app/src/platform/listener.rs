//! An event listener that goes away when it is dropped. Only for the other files of `platform`.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

/// Listens as long as it is held.
pub(super) struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `act` at each event of that name.
    pub(super) fn on(
        target: &EventTarget,
        name: &'static str,
        act: impl FnMut(Event) + 'static,
    ) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::new(act);
        // Fails only for a target that is no event target.
        target
            .add_event_listener_with_callback(name, closure.as_ref().unchecked_ref())
            .ok();
        Self {
            target: target.clone(),
            name,
            closure,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.target
            .remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref())
            .ok();
    }
}
