//! How much of the page can be seen: whether a keyboard on the screen covers part of it.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use web_sys::{EventTarget, Window};

use super::js;
use super::listener::Listener;

/// What a keyboard takes at least, in CSS pixels. An address bar that comes and goes takes less.
const KEYBOARD: f64 = 150.0;

/// Tells of the keyboard as long as it is held.
pub struct KeyboardWatch {
    _listeners: Vec<Listener>,
}

impl KeyboardWatch {
    /// Calls `changed` each time the visible part changes its size, with whether a keyboard covers the page: it is much
    /// lower than it was at the same width.
    pub fn new(changed: impl Fn(bool) + Clone + 'static) -> Option<Self> {
        let window = web_sys::window()?;
        let viewport = js::field(&window, "visualViewport");
        let targets = [window.clone().into(), viewport];
        let whole = std::rc::Rc::new(Cell::new((0.0, 0.0)));
        whole.set(size(&window));
        let listeners = targets.into_iter().filter_map(|target| {
            let target: EventTarget = target.dyn_into().ok()?;
            let (window, whole, changed) = (window.clone(), whole.clone(), changed.clone());
            Some(Listener::on(&target, "resize", move |_| {
                let (width, height) = size(&window);
                let (was_wide, highest) = whole.get();
                let highest = if (width - was_wide).abs() < 1.0 {
                    height.max(highest)
                } else {
                    height
                };
                whole.set((width, highest));
                changed(highest - height > KEYBOARD);
            }))
        });
        Some(Self {
            _listeners: listeners.collect(),
        })
    }
}

/// Width of the page, and height of what can be seen of it.
fn size(window: &Window) -> (f64, f64) {
    let number = |value: Result<wasm_bindgen::JsValue, _>| {
        value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0)
    };
    let viewport = js::field(window, "visualViewport");
    // A page that is zoomed in shows less of itself without any keyboard.
    let scale = js::field(&viewport, "scale").as_f64().unwrap_or(1.0);
    let visible = js::field(&viewport, "height").as_f64();
    (
        number(window.inner_width()),
        visible.map_or_else(|| number(window.inner_height()), |height| height * scale),
    )
}
