//! A `<dialog>` that opens with its component and gives the focus back when it goes.

use leptos::html;
use leptos::prelude::*;

use super::element;
use crate::platform::focus;

/// Opens the dialog as soon as it is on the page, as a modal: the rest of the page is out of reach.
pub fn open_with_component(dialog: NodeRef<html::Dialog>) {
    let before = focus::Held::now();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            // The element may have shown another one until now.
            if dialog.open() {
                dialog.close();
            }
            dialog.show_modal().ok();
        }
    });
    on_cleanup(move || before.give_back());
}

/// Shuts the dialog when Escape asks for it, so that a second Escape meets what comes in its place; a browser would tell
/// of it only later. `false`: that is left to the browser.
pub fn shut_at_once(event: &leptos::ev::Event, dialog: NodeRef<html::Dialog>) -> bool {
    // A choice of files that was given up bubbles; a second Escape without a click between is not asked for.
    if event.target() != event.current_target() || !event.cancelable() {
        return false;
    }
    event.prevent_default();
    if let Some(dialog) = element::of(dialog) {
        dialog.close();
    }
    true
}

/// Whether the dialog is on the page and does not show.
pub fn is_shut(dialog: NodeRef<html::Dialog>) -> bool {
    element::of(dialog).is_some_and(|dialog| !dialog.open())
}

/// Whether a click was on the dialog itself, which is its backdrop, and not on anything inside it.
pub fn is_backdrop(event: &leptos::ev::MouseEvent) -> bool {
    event.target() == event.current_target()
}
