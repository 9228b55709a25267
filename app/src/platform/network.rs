//! Whether the device has a network, and whether somebody looks at the page.

use super::listener::Listener;

/// Listens to the browser's word on network and visibility as long as it is held.
pub struct Network {
    _listeners: Vec<Listener>,
}

impl Network {
    /// Calls `back` when the network came back, and when the page is looked at again after it lay hidden: a laptop that
    /// wakes up says only the second.
    pub fn watch(back: impl Fn() + Clone + 'static) -> Self {
        let mut listeners = Vec::new();
        if let Some(window) = web_sys::window() {
            let online = back.clone();
            listeners.push(Listener::on(&window, "online", move |_| online()));
            if let Some(document) = window.document() {
                let shown = document.clone();
                listeners.push(Listener::on(&document, "visibilitychange", move |_| {
                    if !shown.hidden() {
                        back();
                    }
                }));
            }
        }
        Self {
            _listeners: listeners,
        }
    }
}
