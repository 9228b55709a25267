//! Whether the device has a network and which, and whether somebody looks at the page.

use web_sys::EventTarget;

use super::js;
use super::listener::Listener;
use wasm_bindgen::JsCast;

/// What a browser says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkNews {
    /// There is none. A relay on this very machine is reached all the same.
    Gone,
    /// It is back, or another one.
    Changed,
    /// The page is looked at again after it lay hidden: a laptop that wakes up says only this.
    Shown,
}

/// Listens to the browser's word on network and visibility as long as it is held.
pub struct Network {
    _listeners: Vec<Listener>,
}

impl Network {
    pub fn watch(report: impl Fn(NetworkNews) + Clone + 'static) -> Self {
        let mut listeners = Vec::new();
        if let Some(window) = web_sys::window() {
            let (online, offline, changed) = (report.clone(), report.clone(), report.clone());
            listeners.push(Listener::on(&window, "online", move |_| {
                online(NetworkNews::Changed);
            }));
            listeners.push(Listener::on(&window, "offline", move |_| {
                offline(NetworkNews::Gone);
            }));
            // Not in every browser: what kind of network it is.
            let kind = js::field(&window.navigator(), "connection").dyn_into::<EventTarget>();
            if let Ok(kind) = kind {
                listeners.push(Listener::on(&kind, "typechange", move |_| {
                    changed(NetworkNews::Changed);
                }));
            }
            if let Some(document) = window.document() {
                let shown = document.clone();
                listeners.push(Listener::on(&document, "visibilitychange", move |_| {
                    if !shown.hidden() {
                        report(NetworkNews::Shown);
                    }
                }));
            }
        }
        Self {
            _listeners: listeners,
        }
    }
}
