//! Theme, contrast and text size as attributes of the document, kept in this browser's local storage with the other
//! preferences. `boot.js` reads the same three entries, so that the first paint is already right.

use leptos::prelude::*;

use super::store::{Contrast, PrefsStore, TextSize, Theme};

const THEME: &str = "theme";
const CONTRAST: &str = "contrast";
const TEXT: &str = "text";
const HIDE_ADDRESS: &str = "hide_address";

/// Reads what was chosen here before, then follows every change.
pub fn follow(prefs: PrefsStore) {
    prefs.theme.set(Theme::parse(&kept(THEME)));
    prefs.contrast.set(Contrast::parse(&kept(CONTRAST)));
    prefs.text_size.set(TextSize::parse(&kept(TEXT)));
    Effect::new(move || apply(THEME, prefs.theme.get().as_str()));
    Effect::new(move || apply(CONTRAST, prefs.contrast.get().as_str()));
    Effect::new(move || apply(TEXT, prefs.text_size.get().as_str()));
    prefs.hide_address.set(kept(HIDE_ADDRESS) == "yes");
    Effect::new(move || {
        keep(
            HIDE_ADDRESS,
            if prefs.hide_address.get() {
                "yes"
            } else {
                "no"
            },
        );
    });
}

fn kept(name: &str) -> String {
    let Ok(Some(storage)) = window().local_storage() else {
        return String::new();
    };
    storage
        .get_item(&entry(name))
        .ok()
        .flatten()
        .unwrap_or_default()
}

fn apply(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        root.set_attribute(&format!("data-{name}"), value).ok();
    }
    keep(name, value);
}

/// A browser that keeps nothing still does what was chosen until it is closed.
fn keep(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        storage.set_item(&entry(name), value).ok();
    }
}

fn entry(name: &str) -> String {
    format!("parley.{name}")
}
