//! What `boot.js` tells the page about the service worker: a newer version is loaded and waits.

use leptos::ev::{Custom, Event};
use leptos::prelude::*;

use crate::stores::SessionStore;

/// Watches for a newer version while the page is open.
pub fn follow(session: SessionStore) {
    let ready = Custom::<Event>::new("parley-update-ready");
    let handle = window_event_listener(ready, move |_| session.update_ready.set(true));
    on_cleanup(move || handle.remove());
    // It may have been found before the app was there.
    if let Some(root) = document().document_element() {
        session.update_ready.set(root.has_attribute("data-update-ready"));
    }
}
