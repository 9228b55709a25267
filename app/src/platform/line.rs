//! Lines of a list as elements: which one an event is about, and the focus going from one to the next.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::js;

const LINE: &str = "[data-line]";

/// The id of the line in which something happened.
pub fn of(event: &Event) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(LINE).ok()??.get_attribute("data-line")
}

/// Whether a line itself has the focus, and nothing in it.
pub fn is_focused() -> bool {
    active().is_some_and(|active| active.has_attribute("data-line"))
}

/// Focuses the line above or below the one that has the focus; the last one if none has.
pub fn focus_beside(up: bool) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    let Ok(lines) = document.query_selector_all(LINE) else {
        return;
    };
    let line = |at| lines.item(at)?.dyn_into::<HtmlElement>().ok();
    let here = active().and_then(|active| active.closest(LINE).ok().flatten());
    let at = (0..lines.length()).find(|at| {
        here.is_some() && lines.item(*at).and_then(|it| it.dyn_into::<Element>().ok()) == here
    });
    let to = match at {
        None => lines.length().checked_sub(1),
        Some(at) if up => at.checked_sub(1),
        Some(at) => Some(at + 1),
    };
    if let Some(line) = to.and_then(line) {
        line.focus().ok();
    }
}

/// Scrolls a line into sight, and no further.
pub fn show(id: &str) {
    let line = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id));
    if let Some(line) = line {
        let nearest = js::object(&[("block", &"nearest".into())]);
        js::call(&line, "scrollIntoView", &[&nearest]).ok();
    }
}

fn active() -> Option<Element> {
    web_sys::window()?.document()?.active_element()
}
