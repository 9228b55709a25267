//! The browser's offer to install the page as an app. Chromium makes it; others have their own menu for it.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::js;
use super::listener::Listener;

/// Keeps the offer until somebody takes it.
pub struct Install {
    offer: Rc<RefCell<Option<JsValue>>>,
    _listeners: Vec<Listener>,
}

impl Install {
    /// Calls `changed` with whether there is an offer.
    pub fn watch(changed: impl Fn(bool) + Clone + 'static) -> Self {
        let offer = Rc::new(RefCell::new(None));
        let mut listeners = Vec::new();
        if let Some(window) = web_sys::window() {
            let (kept, told) = (Rc::clone(&offer), changed.clone());
            listeners.push(Listener::on(&window, "beforeinstallprompt", move |event| {
                event.prevent_default();
                *kept.borrow_mut() = Some(event.into());
                told(true);
            }));
            let kept = Rc::clone(&offer);
            listeners.push(Listener::on(&window, "appinstalled", move |_| {
                kept.borrow_mut().take();
                changed(false);
            }));
        }
        Self {
            offer,
            _listeners: listeners,
        }
    }

    /// Shows the browser's own question. An offer can be used once.
    pub fn ask(&self) {
        if let Some(offer) = self.offer.borrow_mut().take() {
            js::call(&offer, "prompt", &[]).ok();
        }
    }
}
