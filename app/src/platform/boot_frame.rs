//! What `index.html` shows until the program is there. It stays until there is something to put in its place.

/// Whether it is still there.
pub fn is_there() -> bool {
    find().is_some()
}

/// Takes it away.
pub fn remove() {
    if let Some(frame) = find() {
        frame.remove();
    }
}

fn find() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.get_element_by_id("boot")
}
