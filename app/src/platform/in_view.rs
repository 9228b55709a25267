//! Whether something on the page can be seen, or nearly.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::js;

/// How far beyond what can be seen counts as nearly: what comes next is there before it is seen.
const MARGIN: &str = "400px 0px";

/// Watches as long as it is held.
pub struct InView {
    observer: JsValue,
    _closure: Closure<dyn FnMut(Array)>,
}

impl InView {
    /// Calls `seen` each time the element comes into view.
    pub fn watch(element: &HtmlElement, seen: impl Fn() + 'static) -> Option<Self> {
        let closure = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            if entries
                .iter()
                .any(|entry| js::field(&entry, "isIntersecting").is_truthy())
            {
                seen();
            }
        });
        let window = web_sys::window()?;
        let constructor: Function = js::field(&window, "IntersectionObserver").dyn_into().ok()?;
        let options = js::object(&[("rootMargin", &MARGIN.into())]);
        let arguments = Array::of2(closure.as_ref(), &options);
        let observer = Reflect::construct(&constructor, &arguments).ok()?;
        js::call(&observer, "observe", &[element]).ok()?;
        Some(Self {
            observer,
            _closure: closure,
        })
    }
}

impl Drop for InView {
    fn drop(&mut self) {
        js::call(&self.observer, "disconnect", &[]).ok();
    }
}
