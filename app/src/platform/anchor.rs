//! What stands on the screen in a list that scrolls: kept in its place when lines come or go around it, and gone to.
//! Places are those of elements. Heights are never reckoned with, so nothing that changes its own can make a list jump.

use std::cmp::Ordering;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Marks the line that was gone to.
const AIMED: &str = "data-aimed";
/// How far below the top of the list it is put, as a part of the list's height.
const AIMED_AT: f64 = 0.3;

/// The lines that can be seen, and where they are.
#[derive(Default)]
pub struct Anchor(Vec<(Element, f64)>);

impl Anchor {
    /// Of the elements below each other that match.
    pub fn hold(list: &HtmlElement, lines: &str) -> Self {
        let Ok(all) = list.query_selector_all(lines) else {
            return Self::default();
        };
        let line = |at| {
            all.item(at)
                .and_then(|line| line.dyn_into::<Element>().ok())
        };
        let view = list.get_bounding_client_rect();
        let ends_above = |at| {
            line(at).is_some_and(|line| line.get_bounding_client_rect().bottom() <= view.top())
        };
        let (mut low, mut high) = (0, all.length());
        while low < high {
            let middle = low.midpoint(high);
            if ends_above(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let seen = (low..all.length()).map_while(|at| {
            let line = line(at)?;
            let top = line.get_bounding_client_rect().top();
            (top < view.bottom()).then_some((line, top))
        });
        Self(seen.collect())
    }

    /// Scrolls the list so that the first of them that is still there stands where it was.
    pub fn settle(&self, list: &HtmlElement) {
        let mut held = self.0.iter();
        if let Some((line, before)) = held.find(|(line, _)| list.contains(Some(line))) {
            let moved = line.get_bounding_client_rect().top() - before;
            if moved.abs() >= 0.5 {
                list.scroll_by_with_x_and_y(0.0, moved);
            }
        }
    }
}

/// Goes to the line of that name, marks it, and puts the keyboard there. Whether it is there.
pub fn show(list: &HtmlElement, name: &str) -> bool {
    let find = |selector: &str| list.query_selector(selector).ok().flatten();
    if let Some(before) = find(&format!("[{AIMED}]")) {
        before.remove_attribute(AIMED).ok();
    }
    let found = find(&format!("[data-line=\"{name}\"]"));
    let Some(line) = found.and_then(|line| line.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    line.set_attribute(AIMED, "").ok();
    line.set_attribute("tabindex", "-1").ok();
    line.focus().ok();
    let view = list.get_bounding_client_rect();
    let wanted = view.top() + view.height() * AIMED_AT;
    list.scroll_by_with_x_and_y(0.0, line.get_bounding_client_rect().top() - wanted);
    true
}

/// Where the first element that matches is: above what can be seen of the list, in it, or below.
pub fn side(list: &HtmlElement, selector: &str) -> Option<Ordering> {
    let line = list.query_selector(selector).ok().flatten()?;
    let (line, view) = (
        line.get_bounding_client_rect(),
        list.get_bounding_client_rect(),
    );
    Some(if line.bottom() <= view.top() {
        Ordering::Less
    } else if line.top() >= view.bottom() {
        Ordering::Greater
    } else {
        Ordering::Equal
    })
}
