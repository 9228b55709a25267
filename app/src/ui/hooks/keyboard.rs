//! Whether a keyboard on the screen covers part of the page, as an attribute of the document: style gives its room back.

use leptos::prelude::*;

use crate::platform::viewport::KeyboardWatch;

const ATTRIBUTE: &str = "data-keyboard";

/// Follows the keyboard as long as the page or component that calls it is there.
pub fn follow() {
    let watch = KeyboardWatch::new(|covers| {
        if let Some(root) = document().document_element() {
            if covers {
                root.set_attribute(ATTRIBUTE, "open").ok();
            } else {
                root.remove_attribute(ATTRIBUTE).ok();
            }
        }
    });
    let watch = StoredValue::new_local(watch);
    on_cleanup(move || watch.set_value(None));
}
