//! Where the keyboard is: moving it, remembering it, and walking between the regions of the page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, HtmlInputElement};

/// The element that had the focus at some moment.
pub struct Held(Option<HtmlElement>);

impl Held {
    /// Remembers the element that has the focus.
    pub fn now() -> Self {
        Self(
            document()
                .active_element()
                .and_then(|active| active.dyn_into().ok()),
        )
    }

    /// Focuses it again, if it is still on the page.
    pub fn give_back(&self) {
        let Some(element) = self.0.clone() else {
            return;
        };
        request_animation_frame(move || {
            if element.is_connected() {
                element.focus().ok();
            }
        });
    }
}

/// Focuses the first element that matches, after the page was drawn.
pub fn on(selector: impl Into<String>) {
    let selector = selector.into();
    request_animation_frame(move || at_once(&selector));
}

/// Focuses the first element that matches, before the key press that asked for it goes on.
pub fn at_once(selector: &str) {
    if let Some(element) = find(selector) {
        element.focus().ok();
    }
}

/// Focuses the first field that matches and marks what stands in it, after the page was drawn.
pub fn select(selector: &'static str) {
    request_animation_frame(move || {
        if let Some(field) = find(selector) {
            field.focus().ok();
            if let Some(field) = field.dyn_ref::<HtmlInputElement>() {
                field.select();
            }
        }
    });
}

/// Focuses the first element that matches, unless that would bring up a keyboard over half the screen.
pub fn on_with_real_keyboard(selector: &'static str) {
    let fine = window().match_media("(pointer: fine)").ok().flatten();
    if fine.is_some_and(|query| query.matches()) {
        on(selector);
    }
}

/// Whether nothing in particular has the focus, so that a typed letter is meant for the composer.
pub fn is_nowhere() -> bool {
    document()
        .active_element()
        .is_none_or(|active| active.tag_name().eq_ignore_ascii_case("body"))
}

/// Whether the focus is where text is typed.
pub fn is_in_text() -> bool {
    document().active_element().is_some_and(|active| {
        let tag = active.tag_name().to_ascii_lowercase();
        tag == "textarea"
            || tag == "select"
            || (tag == "input" && active.get_attribute("type").as_deref() != Some("range"))
    })
}

/// Whether an event is for an element that matches, or for one inside of it.
pub fn is_within(target: Option<EventTarget>, selector: &str) -> bool {
    let element = target.and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

/// Moves the focus to the next region of the page, or the one before: elements with `data-region`.
pub fn next_region(back: bool) {
    let Ok(all) = document().query_selector_all("[data-region]") else {
        return;
    };
    let regions: Vec<HtmlElement> = (0..all.length())
        .filter_map(|i| all.item(i)?.dyn_into::<HtmlElement>().ok())
        .filter(|region| region.offset_width() > 0 && is_visible(region))
        .collect();
    let active = document().active_element();
    // The innermost: the message list is inside the conversation.
    let here = regions
        .iter()
        .rposition(|region| region.contains(active.as_deref()));
    let next = match (here, back) {
        (None, false) => 0,
        (None, true) => regions.len().saturating_sub(1),
        (Some(i), false) => (i + 1) % regions.len(),
        (Some(i), true) => (i + regions.len() - 1) % regions.len(),
    };
    if let Some(region) = regions.get(next) {
        region.focus().ok();
    }
}

fn is_visible(element: &HtmlElement) -> bool {
    window()
        .get_computed_style(element)
        .ok()
        .flatten()
        .and_then(|style| style.get_property_value("visibility").ok())
        .is_none_or(|visibility| visibility == "visible")
}

fn find(selector: &str) -> Option<HtmlElement> {
    document()
        .query_selector(selector)
        .ok()
        .flatten()?
        .dyn_into()
        .ok()
}
